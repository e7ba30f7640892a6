/**
 * `credentials.json` in the data folder: the first administrator's key, for the command line on the same machine.
 * Mode 0600; whoever can read it may do everything.
 */
import { open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'

export interface Credentials {
  /** `http://127.0.0.1:8750`; '' until the server has listened once. */
  readonly endpoint: string
  readonly accountId: string
  readonly accessKeyId: string
  readonly accessKeySecret: string
}

export function credentialsFile(dataDir: string): string {
  return join(dataDir, 'credentials.json')
}

/** The credentials of a data folder; undefined when there are none (moved away, or another user's). */
export async function readCredentials(dataDir: string): Promise<Credentials | undefined> {
  let text: string
  try {
    text = await readFile(credentialsFile(dataDir), 'utf8')
  } catch {
    return undefined
  }
  return JSON.parse(text) as Credentials
}

/** Writes whole or not at all; on the disk when this returns. */
export async function writeCredentials(dataDir: string, credentials: Credentials): Promise<void> {
  const file = credentialsFile(dataDir)
  const handle = await open(`${file}.new`, 'w', 0o600)
  try {
    await handle.chmod(0o600)
    await handle.writeFile(`${JSON.stringify(credentials, null, 2)}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(`${file}.new`, file)
}

/** Puts the address into the file once the server knows it; nothing happens where there is no file. */
export async function setEndpoint(dataDir: string, endpoint: string): Promise<void> {
  const credentials = await readCredentials(dataDir)
  if (credentials && credentials.endpoint !== endpoint) await writeCredentials(dataDir, { ...credentials, endpoint })
}
