import { countImages, findImage, findThumbnail, findWithVector, listImages, loadImages } from '../store/images.ts'
import { formatCategoryModel, rankCategories } from './category.ts'
import { createCategoryModels } from './category-models.ts'
import type { Images } from './images.ts'
import { createKeepUnchanged } from './keep-unchanged.ts'
import type { ImagesParts } from './parts.ts'
import { createPut } from './put.ts'
import { createRemoval } from './remove.ts'
import { toImage } from './rows.ts'
import { createUpdate } from './update.ts'

export function createImages(parts: ImagesParts): Images {
  const { store, vision, vectors, thumbnails } = parts
  const { read } = store
  const model = vision.model.id
  const models = createCategoryModels(store, model)

  return {
    put: createPut(parts, models),
    update: createUpdate(parts),
    ...createRemoval(parts, models),
    keepUnchanged: createKeepUnchanged(store),

    async find(instanceId, key) {
      const row = await findImage(read, { instanceId, ...key })
      return row && toImage(row)
    },

    async load(instanceId, ids) {
      const rows = await loadImages(read, instanceId, ids)
      return new Map(rows.map((row) => [row.id, toImage(row)]))
    },

    async findWithVector(instanceId, key) {
      const found = await findWithVector(read, { instanceId, ...key }, model)
      return found && { image: toImage(found.row), vector: found.vector }
    },

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
