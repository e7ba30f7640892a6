/** The registry of named buckets; their rows are in the store, their drivers are made when they are opened. */
import { access, constants, realpath, stat } from 'node:fs/promises'
import { isAbsolute, relative, resolve, sep } from 'node:path'
import type { Logger } from 'pino'
import { clip, problem } from '../errors.ts'
import type { BucketInfo, Buckets } from './buckets.ts'
import { openFolder } from './file.ts'
import { testBucket } from './test-bucket.ts'

/** A bucket as the store keeps it. */
export interface BucketRow {
  readonly name: string
  readonly driver: BucketInfo['driver']
  /** JSON of the driver's options without secrets. */
  readonly options: string
  /** Encrypted JSON of the driver's credentials; empty = none. */
  readonly credentials: Uint8Array
  readonly createdMs: number
}

/** What the room asks of the truth: `bucketRows` of the store, wired by the composition root. */
export interface BucketRows {
  list(): Promise<BucketRow[]>
  find(name: string): Promise<BucketRow | undefined>
  /** @returns false when the name is taken */
  insert(row: BucketRow): Promise<boolean>
  /** Removes the row, unless an import that has not ended reads the bucket. */
  remove(name: string): Promise<'removed' | 'missing' | { readonly usedByImport: number }>
}

export interface BucketsParts {
  readonly rows: BucketRows
  readonly log: Logger
  /** Folders below which folder buckets may lie; absent = anywhere. */
  readonly allowedRoots?: readonly string[]
}

/** Names as object stores take them: they go into resource names of policies. */
const NAME = /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/

export function createBuckets({ rows, log, allowedRoots }: BucketsParts): Buckets {
  async function find(name: string): Promise<BucketRow> {
    const row = await rows.find(name)
    if (!row) throw problem('BucketNotFound', { name: clip(name) })
    return row
  }

  async function open(name: string) {
    const { folder } = folderOptions(await find(name))
    return openFolder(name, folder)
  }

  return {
    async addFolder(name, folder) {
      if (!NAME.test(name)) throw problem('BucketNameInvalid', { name: clip(name) })
      const real = await readableFolder(folder)
      await checkAllowed(real, allowedRoots)
      const row: BucketRow = {
        name,
        driver: 'file',
        options: JSON.stringify({ folder: real }),
        credentials: new Uint8Array(),
        createdMs: Date.now(),
      }
      if (!(await rows.insert(row))) throw problem('BucketExists', { name })
      log.info({ bucket: name, folder: real }, 'bucket added')
      return bucketInfo(row)
    },

    async list() {
      return (await rows.list()).map(bucketInfo)
    },

    open,

    async test(name) {
      const { folder } = folderOptions(await find(name))
      return testBucket(() => openFolder(name, folder))
    },

    async browse(name, prefix, limit) {
      return (await open(name)).children(prefix, limit)
    },

    async remove(name) {
      const removed = await rows.remove(name)
      if (removed === 'missing') throw problem('BucketNotFound', { name: clip(name) })
      if (removed !== 'removed') throw problem('BucketInUse', { name, importId: removed.usedByImport })
      log.info({ bucket: name }, 'bucket removed')
    },
  }
}

/** @returns the path without links */
async function readableFolder(folder: string): Promise<string> {
  if (!isAbsolute(folder) || folder.includes('\0')) {
    throw problem('ParameterInvalid', { name: 'folder', expected: 'an absolute path', found: `"${clip(folder)}"` })
  }
  try {
    const real = await realpath(folder)
    if (!(await stat(real)).isDirectory()) throw new Error('it is not a folder')
    await access(real, constants.R_OK | constants.X_OK)
    return real
  } catch (error) {
    throw problem(
      'BucketFolderMissing',
      { folder: clip(folder, 200), reason: (error as Error).message },
      { cause: error },
    )
  }
}

async function checkAllowed(folder: string, roots: readonly string[] | undefined): Promise<void> {
  if (!roots) return
  for (const root of roots) {
    const real = await realpath(root).catch(() => resolve(root))
    const path = relative(real, folder)
    if (path === '' || !(path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path))) return
  }
  throw problem('BucketFolderNotAllowed', { folder: clip(folder, 200) })
}

function folderOptions(row: BucketRow): { folder: string } {
  return JSON.parse(row.options) as { folder: string }
}

function bucketInfo(row: BucketRow): BucketInfo {
  return {
    name: row.name,
    driver: row.driver,
    options: JSON.parse(row.options) as BucketInfo['options'],
    createdMs: row.createdMs,
  }
}
