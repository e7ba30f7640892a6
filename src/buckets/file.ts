/**
 * Driver `file`: a folder of the server's machine as a bucket.
 *
 * The folder is a jail: a key, after following every link, must lie in it. Links that stay inside are followed when an
 * object is read and not when objects are listed (a link to a parent would never end).
 */
import { type BigIntStats, constants, type Dirent } from 'node:fs'
import { type FileHandle, lstat, open, opendir, realpath, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { clip, problem } from '../errors.ts'
import type { Bucket, Children, GetOptions, ObjectBody, ObjectInfo } from './port.ts'

const CHUNK_BYTES = 256 * 1024
/** NONBLOCK: opening a pipe would wait for its writer for ever. */
const OPEN_FLAGS = constants.O_RDONLY | constants.O_NONBLOCK

/** The object's own fault; anything else (out of handles, a network disk that is away) may pass. */
const NOT_THERE = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP', 'ENXIO', 'ENAMETOOLONG'])
const NOT_READABLE = new Set(['EACCES', 'EPERM', 'EIO'])
/** Files of a listing; more gain nothing, the thread pool has four threads. */
const LOOKED_AT_ONCE = 64
/** Names of a folder that are kept while it is listed in order; more than any page shows. */
const MAX_NAMES = 20_000

/** @throws BucketUnreachable */
export async function openFolder(name: string, folder: string): Promise<Bucket> {
  const root = await realpath(folder).catch((error: NodeJS.ErrnoException) => {
    throw unreachable(name, error)
  })
  const inside = root.endsWith(sep) ? root : root + sep
  const rootStats = await stat(root)

  /** What a failure of the file system means for whoever reads an object. */
  async function readError(key: string, error: unknown): Promise<unknown> {
    const { code, syscall } = error as NodeJS.ErrnoException
    if (syscall === undefined || code === undefined) return error
    if (NOT_THERE.has(code)) {
      // A disk that was unmounted leaves an empty folder, or none: that is not a missing object.
      const now = await stat(root).catch(() => undefined)
      if (now?.ino !== rootStats.ino || now.dev !== rootStats.dev) return unreachable(name, error)
      return problem('ObjectNotFound', { key: clip(key) }, { cause: error })
    }
    if (NOT_READABLE.has(code)) return problem('ObjectNotReadable', { key: clip(key), reason: code }, { cause: error })
    return unreachable(name, error)
  }

  /** Opens the file first and then makes sure where it lies, so that no link can be put in between. */
  async function openInside(key: string): Promise<{ handle: FileHandle; stats: BigIntStats }> {
    const path = join(root, ...segments(key))
    const handle = await open(path, OPEN_FLAGS).catch(async (error) => {
      throw await readError(key, error)
    })
    try {
      const stats = await handle.stat({ bigint: true })
      if (!stats.isFile()) throw problem('ObjectNotFound', { key: clip(key) })
      const real = await realpath(path)
      if (!real.startsWith(inside)) throw problem('ObjectOutsideBucket', { key: clip(key) })
      const found = await stat(real, { bigint: true })
      if (found.ino !== stats.ino || found.dev !== stats.dev) throw problem('ObjectChanged', { key: clip(key) })
      return { handle, stats }
    } catch (error) {
      await handle.close()
      throw await readError(key, error)
    }
  }

  /** Reads the range and makes sure that the file is still the one that `info` describes. Closes the handle. */
  async function* read(
    handle: FileHandle,
    info: ObjectInfo,
    { range, signal }: GetOptions,
  ): AsyncGenerator<Uint8Array> {
    const end = Math.min(range?.end ?? info.sizeBytes, info.sizeBytes)
    let position = range?.start ?? 0
    try {
      while (position < end) {
        signal?.throwIfAborted()
        const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, end - position))
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, position)
        if (bytesRead === 0) throw problem('ObjectChanged', { key: clip(info.key) })
        position += bytesRead
        // Before the last bytes are given away: a reader may not ask for more once it has all.
        if (position >= end) await checkUnchanged(handle, info)
        yield buffer.subarray(0, bytesRead)
      }
    } catch (error) {
      throw await readError(info.key, error)
    } finally {
      await handle.close()
    }
  }

  /** Entries of a folder; none when there is no such folder. */
  async function* entries(folderKey: string): AsyncGenerator<Dirent> {
    try {
      yield* await opendir(join(root, ...segments(folderKey)))
    } catch (error) {
      const found = await readError(folderKey, error)
      if ((found as { code?: string }).code === 'ObjectNotReadable') throw unreachable(name, error)
      if ((found as { code?: string }).code !== 'ObjectNotFound') throw found
    }
  }

  /** @param folderKey of a folder that lies inside */
  async function* walk(folderKey: string, startsWith: string, signal?: AbortSignal): AsyncGenerator<ObjectInfo> {
    const folders: string[] = []
    let files: Dirent[] = []
    for await (const entry of entries(folderKey)) {
      signal?.throwIfAborted()
      const key = folderKey + entry.name
      if (!key.startsWith(startsWith) && !startsWith.startsWith(`${key}/`)) continue
      if (entry.isDirectory()) folders.push(`${key}/`)
      else if (files.push(entry) === LOOKED_AT_ONCE) {
        yield* await infos(folderKey, files)
        files = []
      }
    }
    yield* await infos(folderKey, files)
    for (const folder of folders) yield* walk(folder, startsWith, signal)
  }

  async function infos(folderKey: string, files: readonly Dirent[]): Promise<ObjectInfo[]> {
    const found = await Promise.all(
      files.map((file) => {
        if (file.isFile()) return infoIfThere(folderKey + file.name)
        return file.isSymbolicLink() ? headIfThere(folderKey + file.name) : undefined
      }),
    )
    return found.filter((info) => info !== undefined)
  }

  /** Of a file, no link, in a folder that lies inside: one call of the system, where opening it takes five. */
  async function infoIfThere(key: string): Promise<ObjectInfo | undefined> {
    const stats = await lstat(join(root, ...segments(key)), { bigint: true }).catch(async (error) => {
      const found = await readError(key, error)
      if ((found as { code?: string }).code !== 'ObjectNotFound') throw found
    })
    return stats?.isFile() ? objectInfo(key, stats) : undefined
  }

  async function isInside(folderKey: string): Promise<boolean> {
    const real = await realpath(join(root, ...segments(folderKey))).catch(async (error) => {
      const found = await readError(folderKey, error)
      if ((found as { code?: string }).code !== 'ObjectNotFound') throw found
    })
    return real !== undefined && (real === root || real.startsWith(inside))
  }

  async function headIfThere(key: string): Promise<ObjectInfo | undefined> {
    try {
      return await head(key)
    } catch (error) {
      const code = (error as { code?: string }).code
      // A file that has gone since it was listed, a link to nowhere, outside or to a folder: not an object.
      if (code === 'ObjectNotFound' || code === 'ObjectOutsideBucket' || code === 'ObjectChanged') return undefined
      throw error
    }
  }

  async function head(key: string): Promise<ObjectInfo> {
    const { handle, stats } = await openInside(key)
    await handle.close()
    return objectInfo(key, stats)
  }

  return {
    name,
    async *list(prefix, signal) {
      const folderKey = prefix.slice(0, prefix.lastIndexOf('/') + 1)
      if (await isInside(folderKey)) yield* walk(folderKey, prefix, signal)
    },

    async children(prefix, limit, signal): Promise<Children> {
      let names: { name: string; isFolder: boolean }[] = []
      const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1)
      for await (const entry of entries(prefix)) {
        signal?.throwIfAborted()
        names.push({ name: entry.name, isFolder: entry.isDirectory() })
        if (names.length > MAX_NAMES) names = names.sort(byName).slice(0, MAX_NAMES / 2)
      }
      names.sort(byName)
      const folders: string[] = []
      const objects: ObjectInfo[] = []
      for (const child of names) {
        if (folders.length + objects.length === limit) return { folders, objects, isTruncated: true }
        if (child.isFolder) folders.push(`${prefix}${child.name}/`)
        else {
          const info = await headIfThere(prefix + child.name)
          if (info) objects.push(info)
        }
      }
      return { folders, objects, isTruncated: false }
    },

    head,

    async get(key, options = {}): Promise<ObjectBody> {
      const { handle, stats } = await openInside(key)
      const info = objectInfo(key, stats)
      try {
        // Nobody takes the answer to a request that was given up meanwhile.
        options.signal?.throwIfAborted()
        if (options.ifMatch !== undefined && options.ifMatch !== info.etag) {
          throw problem('ObjectChanged', { key: clip(key) })
        }
      } catch (error) {
        await handle.close()
        throw error
      }
      return { info, stream: closing(handle, read(handle, info, options)) }
    },
  }
}

/** Closes the handle also when not one part was asked for: a generator that was not begun runs no `finally`. */
function closing(handle: FileHandle, parts: AsyncGenerator<Uint8Array>): AsyncIterable<Uint8Array> {
  const iterator: AsyncIterator<Uint8Array> = {
    next: () => parts.next(),
    async return() {
      const end = await parts.return(undefined)
      await handle.close()
      return end
    },
  }
  return { [Symbol.asyncIterator]: () => iterator }
}

async function checkUnchanged(handle: FileHandle, info: ObjectInfo): Promise<void> {
  const now = objectInfo(info.key, await handle.stat({ bigint: true }))
  if (now.etag !== info.etag) throw problem('ObjectChanged', { key: clip(info.key) })
}

/** Parts of a key or of a prefix. No object has an empty, `.` or `..` part in its name: listings never give one. */
function segments(key: string): string[] {
  const parts = key.split('/')
  if (key.startsWith('/') || parts.includes('..') || key.includes('\0') || (sep === '\\' && /[\\:]/.test(key))) {
    throw problem('ObjectOutsideBucket', { key: clip(key) })
  }
  const path = key.endsWith('/') || key === '' ? parts.slice(0, -1) : parts
  if (path.some((part) => part === '' || part === '.')) throw problem('ObjectNotFound', { key: clip(key) })
  return path
}

function objectInfo(key: string, stats: BigIntStats): ObjectInfo {
  return {
    key,
    sizeBytes: Number(stats.size),
    etag: `${stats.size.toString(36)}-${stats.mtimeNs.toString(36)}-${stats.ino.toString(36)}`,
    modifiedMs: Number(stats.mtimeMs),
  }
}

function unreachable(name: string, error: unknown) {
  return problem('BucketUnreachable', { name, reason: (error as Error).message }, { cause: error })
}
