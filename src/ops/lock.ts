/**
 * One server a data folder.
 *
 * The lock is an exclusive SQLite transaction on a file of its own: the kernel lets go of it with the process, however
 * that ends, so there is no stale lock to recognise, no process id to compare across containers and no moment in which
 * two servers could both take over. Beside it lies `server.json`, which says who holds the lock and where it listens; it
 * is information only.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { problem } from '../errors.ts'

const SQLITE_BUSY = 5
const LOCK_FILE = 'server.lock'
const SERVER_FILE = 'server.json'

/** The server of a data folder, as it wrote itself down. */
export interface RunningServer {
  readonly pid: number
  readonly hostname: string
  /** `http://127.0.0.1:8750`; '' until it listens. */
  readonly endpoint: string
}

export interface FolderLock {
  /** Writes down where the server listens, for commands on the same machine. */
  announce(endpoint: string): void
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
    throw problem('DataFolderInUse', { folder, pid: describe(readServer(folder)) }, { cause })
  }
  held.add(database)
  const announce = (endpoint: string): void => {
    const server: RunningServer = { pid: process.pid, hostname: hostname(), endpoint }
    writeFileSync(join(folder, SERVER_FILE), `${JSON.stringify(server)}\n`)
  }
  try {
    announce('')
  } catch (cause) {
    held.delete(database)
    database.close()
    throw storageFailed(cause)
  }
  return {
    announce,
    release() {
      if (!held.delete(database)) return
      rmSync(join(folder, SERVER_FILE), { force: true })
      database.close()
    },
  }
}

/** Who wrote itself down last in this data folder; it may be gone by now. */
export function readServer(folder: string): RunningServer | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, SERVER_FILE), 'utf8')) as RunningServer
  } catch {
    return undefined
  }
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

function describe(server: RunningServer | undefined): string {
  if (!server) return 'unknown'
  return server.hostname === hostname() ? String(server.pid) : `${server.pid} on ${server.hostname}`
}
