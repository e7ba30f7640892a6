/** The access key of a store: from a file, the environment or a prompt, never from the arguments that others can see. */
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import type { BucketCredentials } from '../buckets/index.ts'
import { problem } from '../errors.ts'
import { readTextFile } from './text-file.ts'

export const CREDENTIALS_HELP = `
The access key of the store is read from the file of --credentials: JSON with accessKeyId, accessKeySecret and, for
temporary keys, securityToken ("-" = standard input). Without it, from the environment: SIGHTLINE_BUCKET_KEY_ID,
SIGHTLINE_BUCKET_KEY_SECRET and SIGHTLINE_BUCKET_TOKEN. Without those, it is asked for in a terminal.`

/**
 * @param file as `--credentials` names it
 * @throws ParameterMissing, ParameterInvalid
 */
export async function readCredentials(file: string | undefined): Promise<BucketCredentials> {
  if (file !== undefined) return fromFile(file)
  const {
    SIGHTLINE_BUCKET_KEY_ID: accessKeyId,
    SIGHTLINE_BUCKET_KEY_SECRET: accessKeySecret,
    SIGHTLINE_BUCKET_TOKEN: securityToken,
  } = process.env
  if (accessKeyId && accessKeySecret) return { accessKeyId, accessKeySecret, ...(securityToken && { securityToken }) }
  const isThere = process.stdin.isTTY && process.stderr.isTTY
  if (!isThere) throw problem('ParameterMissing', { name: 'SIGHTLINE_BUCKET_KEY_ID, SIGHTLINE_BUCKET_KEY_SECRET' })
  return { accessKeyId: await ask('Access key id: '), accessKeySecret: await askHidden('Access key secret: ') }
}

async function fromFile(file: string): Promise<BucketCredentials> {
  const text = await readTextFile(file)
  try {
    return JSON.parse(text) as BucketCredentials
  } catch {
    // What the file holds is nothing for a message.
    throw problem('ParameterInvalid', {
      name: file,
      expected: 'JSON with accessKeyId and accessKeySecret',
      found: 'none',
    })
  }
}

async function ask(question: string, output: Writable = process.stderr): Promise<string> {
  const lines = createInterface({ input: process.stdin, output, terminal: true })
  try {
    return (await lines.question(question)).trim()
  } finally {
    lines.close()
  }
}

async function askHidden(question: string): Promise<string> {
  process.stderr.write(question)
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const answer = await ask('', nowhere)
  process.stderr.write('\n')
  return answer
}
