import { problem } from '../errors.ts'
import type { Logger } from '../ops/log.ts'
import { type Collection, openCollection } from './collection.ts'
import { tableName } from './generation.ts'
import type { VectorEngine } from './port.ts'
import type { VectorSource, Vectors } from './vectors.ts'

export interface VectorsParts {
  readonly engine: VectorEngine
  readonly source: VectorSource
  readonly log: Logger
}

/** Makes the room over an engine and the truth. Its `close` closes the engine, too. */
export function createVectors({ engine, source, log }: VectorsParts): Vectors {
  const collections = new Map<number, Collection>()
  let sweeping: Promise<void> | undefined

  /** Removes tables that no saved generation names: the process was killed between the two. */
  async function sweep(): Promise<void> {
    const names = new Set((await source.generations()).map(tableName))
    for (const name of await engine.list()) if (!names.has(name)) await engine.drop(name)
  }

  function required(instanceId: number): Collection {
    const collection = collections.get(instanceId)
    // Dropped or cleared since the caller looked it up.
    if (!collection) throw problem('InstanceNotFound', { name: `#${instanceId}` })
    return collection
  }

  return {
    async open(instanceId, model, dimension) {
      if (collections.has(instanceId)) return
      sweeping ??= sweep()
      await sweeping
      collections.set(instanceId, await openCollection({ engine, source, log, instanceId, model, dimension }))
    },

    // An instance that is being dropped may still have writes in flight: the store has them, and that will do.
    apply: (instanceId, changes) => collections.get(instanceId)?.apply(changes),

    ready: async (instanceId, signal) => collections.get(instanceId)?.ready(signal),

    search: async (instanceId, query, search) => required(instanceId).search(query, search),

    similarity: (instanceId, a, b) => required(instanceId).similarity(a, b),

    compare: (instanceId, a, b) => required(instanceId).compare(a, b),

    count: async (instanceId, filter) => required(instanceId).count(filter),

    state: (instanceId) => required(instanceId).state(),

    ids: (instanceId) => required(instanceId).ids(),

    rebuild: async (instanceId) => required(instanceId).rebuild(),

    async drop(instanceId) {
      const collection = collections.get(instanceId)
      collections.delete(instanceId)
      await collection?.drop()
    },

    async close() {
      const open = [...collections.values()]
      collections.clear()
      try {
        for (const collection of open) await collection.close()
      } finally {
        await engine.close()
      }
    },
  }
}
