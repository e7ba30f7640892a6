import { clip, problem } from '../errors.ts'
import type { Logger } from '../ops/log.ts'
import { moveDumps } from '../store/dumps.ts'
import type { ServiceType, Store, Trx } from '../store/index.ts'
import {
  findInstance,
  type InstanceRow,
  insertInstance,
  listInstances,
  moveImports,
  unfinishedImport,
  updateInstance,
} from '../store/instances.ts'
import type { Vectors } from '../vectors/index.ts'
import type { VisionModel } from '../vision/index.ts'
import type { Instance, InstanceOptions, Instances } from './instances.ts'
import { sweepDropped } from './sweep.ts'

export interface InstancesParts {
  readonly store: Store
  readonly vectors: Vectors
  /** Model that new instances get. */
  readonly model: VisionModel
  /** Images that an instance holds at most when nothing else is said. */
  readonly defaultCapacity: number
  /** Removes what the other rooms keep of a dropped instance: thumbnails, hashes. */
  readonly forget: (instanceId: number) => Promise<void>
  readonly log: Logger
}

const NAME = /^[a-z][a-z0-9-]{0,19}$/

/** Reads the instances there are, opens their indexes and goes on deleting what was dropped before the last stop. */
export async function createInstances(parts: InstancesParts): Promise<Instances> {
  const { store, vectors, model, log } = parts
  const byName = new Map<string, Instance>()
  const byIds = new Map<number, Instance>()
  const stopping = new AbortController()
  let sweeping: Promise<void> = Promise.resolve()

  function remember(row: InstanceRow): Instance {
    const instance = toInstance(row)
    byName.set(instance.name, instance)
    byIds.set(instance.id, instance)
    return instance
  }

  function forget(instance: Instance): void {
    if (byName.get(instance.name)?.id === instance.id) byName.delete(instance.name)
    byIds.delete(instance.id)
  }

  function sweep(): void {
    sweeping = sweeping
      .then(() => sweepDropped(store, parts.forget, stopping.signal))
      .catch((error) => log.error({ err: error }, 'a dropped instance could not be deleted; the next start goes on'))
  }

  async function get(name: string): Promise<Instance> {
    const instance = byName.get(name)
    if (!instance) throw problem('InstanceNotFound', { name: clip(name) })
    return instance
  }

  /** Marks an instance as dropped: from the commit on nobody finds it. */
  async function markDropped(trx: Trx, name: string): Promise<InstanceRow> {
    const row = await findInstance(trx, name)
    if (!row) throw problem('InstanceNotFound', { name: clip(name) })
    const importId = await unfinishedImport(trx, row.id)
    if (importId !== undefined) throw problem('InstanceBusy', { name, importId })
    await updateInstance(trx, row.id, { is_dropped: 1 })
    return row
  }

  for (const row of await listInstances(store.read)) {
    remember(row)
    await vectors.open(row.id, row.model, model.dimension)
  }
  sweep()

  return {
    get,

    async create(name, serviceType, options = {}) {
      if (!NAME.test(name)) throw problem('InstanceNameInvalid', { name: clip(name) })
      const row = await store.write((trx) =>
        insertInstance(trx, {
          name,
          service_type: serviceType,
          model: model.id,
          image_count: 0,
          is_dropped: 0,
          created_at: Date.now(),
          ...columns({ ...DEFAULTS, capacity: parts.defaultCapacity, ...options }),
        }),
      )
      if (!row) throw problem('InstanceExists', { name })
      await vectors.open(row.id, row.model, model.dimension)
      return remember(row)
    },

    async list() {
      return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
    },

    byId(id) {
      const instance = byIds.get(id)
      if (!instance) throw problem('InstanceNotFound', { name: `#${id}` })
      return instance
    },

    async update(name, options) {
      const { id } = await get(name)
      const change = columns(options)
      if (Object.keys(change).length === 0) return get(name)
      const row = await store.write((trx) => updateInstance(trx, id, change))
      if (!row) throw problem('InstanceNotFound', { name: clip(name) })
      return remember(row)
    },

    async clear(name) {
      const [before, row] = await store.write(async (trx) => {
        const old = await markDropped(trx, name)
        const { id, ...settings } = old
        const fresh = await insertInstance(trx, { ...settings, image_count: 0 })
        await moveImports(trx, id, (fresh as InstanceRow).id)
        await moveDumps(trx, id, (fresh as InstanceRow).id)
        return [old, fresh as InstanceRow]
      })
      await vectors.open(row.id, row.model, model.dimension)
      const instance = remember(row)
      byIds.delete(before.id)
      await vectors.drop(before.id)
      sweep()
      return instance
    },

    async drop(name) {
      const row = await store.write((trx) => markDropped(trx, name))
      forget(toInstance(row))
      await vectors.drop(row.id)
      sweep()
    },

    swept: () => sweeping,

    async close() {
      stopping.abort()
      await sweeping
    },
  }
}

const DEFAULTS: Required<Omit<InstanceOptions, 'capacity'>> = {
  pictureRules: 'open',
  searchQps: 0,
  writeQps: 0,
  thumbnails: true,
  defaultRole: '',
}

type SettingColumns = Pick<
  InstanceRow,
  'capacity' | 'picture_rules' | 'search_qps' | 'write_qps' | 'thumbnails' | 'default_role'
>

function columns(options: Required<InstanceOptions>): SettingColumns
function columns(options: InstanceOptions): Partial<SettingColumns>
function columns(options: InstanceOptions): Partial<SettingColumns> {
  return {
    ...(options.capacity !== undefined && { capacity: options.capacity }),
    ...(options.pictureRules !== undefined && { picture_rules: options.pictureRules }),
    ...(options.searchQps !== undefined && { search_qps: options.searchQps }),
    ...(options.writeQps !== undefined && { write_qps: options.writeQps }),
    ...(options.thumbnails !== undefined && { thumbnails: options.thumbnails ? 1 : 0 }),
    ...(options.defaultRole !== undefined && { default_role: options.defaultRole }),
  }
}

function toInstance(row: InstanceRow): Instance {
  return {
    id: row.id,
    name: row.name,
    serviceType: row.service_type as ServiceType,
    capacity: row.capacity,
    pictureRules: row.picture_rules,
    model: row.model,
    searchQps: row.search_qps,
    writeQps: row.write_qps,
    thumbnails: row.thumbnails === 1,
    defaultRole: row.default_role,
    createdMs: row.created_at,
  }
}
