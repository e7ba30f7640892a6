/** Consistent copies of a data folder while the server serves. */
import { constants } from 'node:fs'
import { copyFile, mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { problem } from '../errors.ts'
import type { Store } from '../store/index.ts'

export interface Backup {
  /** Absolute path. */
  readonly folder: string
  readonly files: number
  readonly bytes: number
}

export interface BackupParts {
  readonly store: Pick<Store, 'backup'>
  readonly dataDir: string
  /** File name of the database in the data folder. */
  readonly storeFile: string
  /** Names in the data folder that a copy needs not: what is derived or belongs to the running server. */
  readonly leftOut: readonly string[]
}

/**
 * Makes the function that copies a data folder. The copy is a data folder: serve it, and the index is made again from
 * the vectors in the database.
 *
 * The database is copied first, as it is at one moment; files are copied after it, so that whatever the database names
 * is there unless it was deleted meanwhile. The copy appears under its name when it is whole.
 */
export function createBackup({
  store,
  dataDir,
  storeFile,
  leftOut,
}: BackupParts): (toFolder: string) => Promise<Backup> {
  return async (toFolder) => {
    const folder = resolve(toFolder)
    await refuseUsed(folder)
    const unfinished = join(dirname(folder), `.${basename(folder)}.unfinished`)
    try {
      await rm(unfinished, { recursive: true, force: true })
      await mkdir(unfinished, { recursive: true, mode: 0o700 })
      await store.backup(join(unfinished, storeFile))
      const skip = new Set([...leftOut, storeFile, `${storeFile}-wal`, `${storeFile}-shm`])
      for (const name of await readdir(dataDir)) {
        if (!skip.has(name) && join(dataDir, name) !== unfinished)
          await copy(join(dataDir, name), join(unfinished, name))
      }
      const size = await measure(unfinished)
      await rename(unfinished, folder)
      return { folder, ...size }
    } catch (cause) {
      await rm(unfinished, { recursive: true, force: true })
      throw problem('BackupFailed', { folder, reason: (cause as Error).message }, { cause })
    }
  }
}

/** @throws BackupFolderUsed */
async function refuseUsed(folder: string): Promise<void> {
  const there = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw problem('BackupFailed', { folder, reason: error.message }, { cause: error })
  })
  if (there.length > 0) throw problem('BackupFolderUsed', { folder })
}

/** Copies a file or a folder; what is deleted meanwhile is left out. Shares blocks where the file system can. */
async function copy(from: string, to: string): Promise<void> {
  try {
    if (!(await stat(from)).isDirectory()) return await copyFile(from, to, constants.COPYFILE_FICLONE)
    await mkdir(to, { mode: 0o700 })
    for (const name of await readdir(from)) await copy(join(from, name), join(to, name))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

async function measure(folder: string): Promise<{ files: number; bytes: number }> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  let bytes = 0
  for (const file of files) bytes += (await stat(join(file.parentPath, file.name))).size
  return { files: files.length, bytes }
}
