import { clip, problem } from '../errors.ts'
import {
  countImages,
  findImage,
  findThumbnail,
  findVector,
  listImages,
  loadImages,
  loadVectors,
  logChanges,
  updateImages,
} from '../store/images.ts'
import { attributes } from '../store/vector-source.ts'
import type { Change } from '../vectors/index.ts'
import { formatCategoryModel, rankCategories } from './category.ts'
import { createCategoryModels } from './category-models.ts'
import { checkFields, checkKey } from './fields.ts'
import type { ImageFields, ImageKey, Images } from './images.ts'
import type { ImagesParts } from './parts.ts'
import { createPut } from './put.ts'
import { createRemoval } from './remove.ts'
import { fieldColumns, toImage } from './rows.ts'

export function createImages(parts: ImagesParts): Images {
  const { store, vision, vectors, thumbnails } = parts
  const { read } = store
  const model = vision.model.id
  const models = createCategoryModels(store, model)

  async function update(instanceId: number, key: ImageKey, fields: ImageFields): Promise<number> {
    checkKey(key)
    checkFields(fields)
    const changes = await store.write(async (trx): Promise<Change[]> => {
      const change = { ...fieldColumns(fields), updated_at: Date.now() }
      const rows = await updateImages(trx, instanceId, key, change)
      const ids = rows.map((row) => row.id)
      const stored = await loadVectors(trx, model, ids)
      const seqs = await logChanges(trx, instanceId, ids)
      return rows.map((row, i) => {
        const vector = stored.get(row.id)
        const seq = seqs[i] as number
        return vector ? { seq, imageId: row.id, image: { ...attributes(row), vector } } : { seq, imageId: row.id }
      })
    })
    if (changes.length === 0) {
      throw problem('ImageNotFound', { productId: clip(key.productId), picName: clip(key.picName ?? '*') })
    }
    vectors.apply(instanceId, changes)
    return changes.length
  }

  return {
    put: createPut(parts, models),
    update,
    ...createRemoval(parts, models),

    async find(instanceId, key) {
      const row = await findImage(read, { instanceId, ...key })
      return row && toImage(row)
    },

    async load(instanceId, ids) {
      const rows = await loadImages(read, instanceId, ids)
      return new Map(rows.map((row) => [row.id, toImage(row)]))
    },

    findVector: (instanceId, key) => findVector(read, { instanceId, ...key }, model),

    async list(instanceId, page) {
      return (await listImages(read, instanceId, page)).map(toImage)
    },

    count: (instanceId, filter) => (filter ? vectors.count(instanceId, filter) : countImages(read, instanceId)),

    async rankCategories(instanceId, vector) {
      return rankCategories(await models.get(instanceId), vector)
    },

    async prediction(instanceId) {
      return formatCategoryModel(await models.get(instanceId))
    },

    async thumbnail(instanceId, imageId) {
      const name = await findThumbnail(read, instanceId, imageId)
      return name === undefined ? undefined : thumbnails.read(name)
    },
  }
}
