/**
 * The truth as the vector room asks for it (its `VectorSource`). Engines do not know each other, so the shape is only
 * matched here and checked where the composition root wires both.
 */
import type { Filterable } from '../attributes.ts'
import { FILTERABLE, type FilterableColumns, filterable } from './filterable.ts'
import { sampleVectors } from './image-samples.ts'
import { countImages } from './images.ts'
import type { Store } from './index.ts'
import { fromBlob, toBlob } from './vector-blob.ts'
import {
  deleteVectorIndex,
  insertVectorIndex,
  lastChange,
  listVectorIndexes,
  pruneChanges,
  updateVectorIndex,
  type VectorIndexRow,
} from './vector-index.ts'

interface Generation {
  readonly id: number
  readonly instanceId: number
  readonly model: string
  readonly state: 'building' | 'active'
  readonly mean: Float32Array
  readonly calibration: { readonly images: number; readonly unrelatedMedian: number; readonly unrelatedP99: number }
  readonly appliedSeq: number
}

interface Change {
  readonly seq: number
  readonly imageId: number
  readonly image: Filterable & { readonly vector: Float32Array }
}

/** Changes that one update of an index's state forgets at most, so that it stays a short write. */
const PRUNE_AT_ONCE = 5000

export function vectorSource(store: Store) {
  const { read } = store
  return {
    /**
     * Changes after `seq` in order of seq; several changes of one image within the page come as its last one. The
     * `limit` counts changes before that, so a page shorter than it does not mean the end: an empty one does.
     */
    async changesAfter(
      instanceId: number,
      model: string,
      seq: number,
      limit: number,
    ): Promise<(Omit<Change, 'image'> & Partial<Change>)[]> {
      const rows = await read
        .with('page', (db) =>
          db
            .selectFrom('change')
            .select(['seq', 'image_id'])
            .where('instance_id', '=', instanceId)
            .where('seq', '>', seq)
            .orderBy('seq')
            .limit(limit),
        )
        .with('latest', (db) =>
          db
            .selectFrom('page')
            .select((eb) => ['image_id', eb.fn.max('seq').as('seq')])
            .groupBy('image_id'),
        )
        .selectFrom('latest')
        .leftJoin('image', 'image.id', 'latest.image_id')
        .leftJoin('embedding', (join) => join.onRef('embedding.image_id', '=', 'image.id').on('model', '=', model))
        .select(['latest.seq', 'latest.image_id', 'vector', ...FILTERABLE])
        .orderBy('latest.seq')
        .execute()
      return rows.map(({ seq, image_id, vector, ...image }) =>
        vector
          ? { seq, imageId: image_id, image: { ...filterable(image as FilterableColumns), vector: fromBlob(vector) } }
          : { seq, imageId: image_id },
      )
    },

    async imagesAfter(instanceId: number, model: string, afterId: number, limit: number): Promise<Change[]> {
      const rows = await read
        .selectFrom('image')
        .innerJoin('embedding', (join) => join.onRef('embedding.image_id', '=', 'image.id').on('model', '=', model))
        .select(['image.id', 'vector', ...FILTERABLE])
        .where('image.instance_id', '=', instanceId)
        .where('image.id', '>', afterId)
        .orderBy('image.id')
        .limit(limit)
        .execute()
      return rows.map(({ id, vector, ...image }) => ({
        seq: 0,
        imageId: id,
        image: { ...filterable(image), vector: fromBlob(vector) },
      }))
    },

    lastSeq: (instanceId: number): Promise<number> => lastChange(read, instanceId),

    sample: (instanceId: number, model: string, n: number) => sampleVectors(read, instanceId, model, n),

    countImages: (instanceId: number): Promise<number> => countImages(read, instanceId),

    async generations(): Promise<Generation[]> {
      return (await listVectorIndexes(read)).map(toGeneration)
    },

    async createGeneration(generation: Omit<Generation, 'id'>): Promise<Generation> {
      const row = await store.write((trx) =>
        insertVectorIndex(trx, {
          instance_id: generation.instanceId,
          model: generation.model,
          state: generation.state,
          mean: toBlob(generation.mean),
          calibration: JSON.stringify(generation.calibration),
          applied_seq: generation.appliedSeq,
          created_at: Date.now(),
        }),
      )
      return toGeneration(row)
    },

    async updateGeneration(id: number, change: { state?: 'active'; appliedSeq?: number }): Promise<void> {
      await store.write(async (trx) => {
        const row = await updateVectorIndex(trx, id, {
          ...(change.state !== undefined && { state: change.state }),
          ...(change.appliedSeq !== undefined && { applied_seq: change.appliedSeq }),
        })
        if (row && change.appliedSeq !== undefined) await pruneChanges(trx, row.instance_id, PRUNE_AT_ONCE)
      })
    },

    deleteGeneration: (id: number): Promise<void> => store.write((trx) => deleteVectorIndex(trx, id)),
  }
}

function toGeneration(row: VectorIndexRow): Generation {
  return {
    id: row.id,
    instanceId: row.instance_id,
    model: row.model,
    state: row.state,
    mean: fromBlob(row.mean),
    calibration: JSON.parse(row.calibration) as Generation['calibration'],
    appliedSeq: row.applied_seq,
  }
}
