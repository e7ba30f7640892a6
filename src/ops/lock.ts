/**
 * One server a data folder.
 *
 * The lock is an exclusive SQLite transaction on a file of its own: the kernel lets go of it with the process, however
 * that ends, so there is no stale lock to recognise, no process id to compare across containers and no moment in which
 * two servers could both take over. Beside it lies `server.json`, which says who holds the lock; it is information only.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { problem } from '../errors.ts'

const SQLITE_BUSY = 5
const LOCK_FILE = 'server.lock'
const HOLDER_FILE = 'server.json'
/** What belongs to the running server in a data folder and not to a copy of it. */
export const LOCK_FILES: readonly string[] = [LOCK_FILE, HOLDER_FILE]

/** The process that holds a data folder, as it wrote itself down. */
interface Holder {
  readonly pid: number
  readonly hostname: string
}

export interface FolderLock {
  release(): void
}

/** Held locks: a connection that is garbage-collected would let go of its lock. */
const held = new Set<DatabaseSync>()

/**
 * Takes the data folder for this process, making it (mode 0700) when it does not exist.
 *
 * @throws DataFolderInUse, with the process id of whoever has it; StorageFailed
 */
export function lockFolder(folder: string): FolderLock {
  const database = openLockFile(folder)
  try {
    // Nothing is ever written: no journal file, nothing to recover after a kill.
    database.exec('pragma journal_mode = memory; begin exclusive')
  } catch (cause) {
    database.close()
    if ((cause as { errcode?: number }).errcode !== SQLITE_BUSY) throw storageFailed(cause)
    throw problem('DataFolderInUse', { folder, pid: describeHolder(folder) }, { cause })
  }
  held.add(database)
  const release = (): void => {
    if (!held.delete(database)) return
    rmSync(join(folder, HOLDER_FILE), { force: true })
    database.close()
  }
  try {
    const holder: Holder = { pid: process.pid, hostname: hostname() }
    writeFileSync(join(folder, HOLDER_FILE), `${JSON.stringify(holder)}\n`)
  } catch (cause) {
    release()
    throw storageFailed(cause)
  }
  return { release }
}

function openLockFile(folder: string): DatabaseSync {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    return new DatabaseSync(join(folder, LOCK_FILE))
  } catch (cause) {
    throw storageFailed(cause)
  }
}

function storageFailed(cause: unknown): Error {
  return problem('StorageFailed', { reason: (cause as Error).message }, { cause })
}

function describeHolder(folder: string): string {
  try {
    const holder = JSON.parse(readFileSync(join(folder, HOLDER_FILE), 'utf8')) as Holder
    return holder.hostname === hostname() ? String(holder.pid) : `${holder.pid} on ${holder.hostname}`
  } catch {
    return 'unknown'
  }
}
