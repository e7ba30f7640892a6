import { type Hash, toHash } from './hash.ts'
import { HashTable, type Near } from './hash-table.ts'

/** What the room asks of the truth: images after `afterId` in order of id, at most `limit`. */
export type HashSource = (instanceId: number, afterId: number, limit: number) => Promise<readonly StoredHash[]>

export interface StoredHash {
  readonly id: number
  /** 8 bytes, big-endian. */
  readonly dhash: Uint8Array
}

/** The hashes of one instance. */
export interface InstanceHashes {
  readonly size: number
  get(imageId: number): Hash | undefined
  near(hash: Hash, radius: number): Promise<Near[]>
  idsAfter(afterId: number, limit: number): number[]
}

export interface Hashes {
  /** Called after the commit, before the acknowledgement, in the order of commits. */
  put(instanceId: number, imageId: number, dhash: Uint8Array): void
  /** The same for deleted images. */
  remove(instanceId: number, imageIds: readonly number[]): void
  /**
   * The hashes of an instance; the first call reads them from the store.
   *
   * @param patienceMs longest wait for that; then it answers with what has been read so far. Default: to the end
   */
  open(instanceId: number, patienceMs?: number): Promise<InstanceHashes>
  /** Forgets an instance that was dropped. */
  forget(instanceId: number): void
}

interface Entry {
  readonly table: HashTable
  /** Images that changed while the table is being read: what is read of them may be older. */
  readonly changed: Set<number>
  isLoaded: boolean
  loading: Promise<void>
}

/** Small enough that taking the rows from the database's thread holds the event loop for some 2 ms only. */
const PAGE = 1000

export function createHashes(source: HashSource): Hashes {
  const entries = new Map<number, Entry>()

  async function load(instanceId: number, { table, changed }: Entry): Promise<void> {
    for (let afterId = 0; ; ) {
      const page = await source(instanceId, afterId, PAGE)
      for (const { id, dhash } of page) if (!changed.has(id)) table.put(id, toHash(dhash))
      if (page.length < PAGE) return
      afterId = page.at(-1)?.id as number
    }
  }

  function begin(instanceId: number): Entry {
    const entry: Entry = { table: new HashTable(), changed: new Set(), isLoaded: false, loading: Promise.resolve() }
    entries.set(instanceId, entry)
    entry.loading = load(instanceId, entry).then(
      () => {
        entry.isLoaded = true
        entry.changed.clear()
      },
      (error: unknown) => {
        entries.delete(instanceId)
        throw error
      },
    )
    entry.loading.catch(() => {}) // told to those who wait
    return entry
  }

  return {
    put(instanceId, imageId, dhash) {
      const entry = entries.get(instanceId)
      if (!entry?.isLoaded) entry?.changed.add(imageId)
      entry?.table.put(imageId, toHash(dhash))
    },

    remove(instanceId, imageIds) {
      const entry = entries.get(instanceId)
      for (const id of imageIds) {
        if (!entry?.isLoaded) entry?.changed.add(id)
        entry?.table.remove(id)
      }
    },

    async open(instanceId, patienceMs) {
      const entry = entries.get(instanceId) ?? begin(instanceId)
      if (entry.isLoaded) return entry.table
      await (patienceMs === undefined ? entry.loading : within(patienceMs, entry.loading))
      return entry.table
    },

    forget(instanceId) {
      entries.delete(instanceId)
    },
  }
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  await Promise.race([work, patience])
  clearTimeout(timer)
}
