import { CATEGORY_OTHERS } from '../attributes.ts'
import { problem } from '../errors.ts'
import { type Instance, requireModel } from '../instances/index.ts'
import { filterable } from '../store/filterable.ts'
import type { NewImage } from '../store/image-writes.ts'
import { type Analysis, PICTURE_RULES, type Region } from '../vision/index.ts'
import { type CategoryModel, parseCategoryModel, rankCategories } from './category.ts'
import type { CategoryModels } from './category-models.ts'
import { checkCategory, checkFields, checkKey } from './fields.ts'
import type { Images, ImportLine, PutInput } from './images.ts'
import type { ImagesParts } from './parts.ts'
import { createPutWrites } from './put-writes.ts'
import { fieldColumns } from './rows.ts'
import type { Written } from './write-images.ts'

/** Frozen models are text of some 20 KB; those of the imports that run are kept parsed. */
const MAX_FROZEN = 8

/** Makes `images.put`. */
export function createPut(parts: ImagesParts, models: CategoryModels): Images['put'] {
  const { store, vision, vectors, hashes, instances, thumbnails } = parts
  const frozen = new Map<number, CategoryModel>()
  const writes = createPutWrites(store, vision.model.id)

  async function modelOf(instanceId: number, line?: ImportLine): Promise<CategoryModel> {
    if (!line?.prediction) return models.get(instanceId)
    const known = frozen.get(line.importId)
    if (known) return known
    const parsed = parseCategoryModel(line.prediction)
    if (frozen.size >= MAX_FROZEN) frozen.delete(frozen.keys().next().value as number)
    frozen.set(line.importId, parsed)
    return parsed
  }

  async function chooseCategory(instance: Instance, input: PutInput, vector: Float32Array, line?: ImportLine) {
    if (instance.serviceType !== 'product') return { id: CATEGORY_OTHERS, isGiven: false }
    if (input.categoryId !== undefined) return { id: input.categoryId, isGiven: true }
    const ranked = rankCategories(await modelOf(instance.id, line), vector)
    return { id: ranked[0] as number, isGiven: false }
  }

  return async (instanceId, input, context) => {
    const instance = instances.byId(instanceId)
    requireModel(instance, vision.model)
    checkKey(input)
    checkFields(input)
    if (input.categoryId !== undefined) checkCategory(input.categoryId)

    if (context.priority === 'import') await vectors.ready(instanceId, context.signal)
    const analysis = await vision.analyse(input.picture, {
      rules: PICTURE_RULES[instance.pictureRules],
      priority: context.priority,
      thumbnail: instance.thumbnails,
      ...(input.region && { region: input.region }),
      ...(input.crop !== undefined && { crop: input.crop }),
      ...(context.signal && { signal: context.signal }),
    })
    const category = await chooseCategory(instance, input, analysis.vector, context.import)
    const thumbnail = analysis.thumbnail ? await thumbnails.write(instanceId, analysis.thumbnail) : ''
    const row = newImage(instanceId, input, analysis, category, thumbnail, context.import)

    let written: Written
    try {
      context.signal?.throwIfAborted()
      const stored = await writes.write({
        row,
        vector: analysis.vector,
        alongside: async (trx, { outcome }) => context.alongside?.(trx, outcome),
      })
      if (!stored) throw noRoom(parts, instance)
      written = stored
    } catch (error) {
      await thumbnails.remove(thumbnail)
      throw error
    }

    const { region, regions, timings } = analysis
    if (written.outcome === 'superseded') {
      await thumbnails.remove(thumbnail)
      return { outcome: 'superseded', imageId: 0, categoryId: category.id, region, regions, timings }
    }
    const { imageId, seq, oldThumbnail } = written
    vectors.apply(instanceId, [{ seq, imageId, image: { ...filterable(row), vector: analysis.vector } }])
    hashes.put(instanceId, imageId, analysis.dhash)
    if (category.isGiven) models.note(instanceId, 1)
    await thumbnails.remove(oldThumbnail)
    return { outcome: 'stored', imageId, categoryId: category.id, region, regions, timings }
  }
}

/** Why there was no place for one more image: the instance is full, or was dropped meanwhile. */
function noRoom({ instances }: ImagesParts, instance: Instance): Error {
  const { name, capacity } = instances.byId(instance.id)
  return problem('InstanceFull', { name, capacity })
}

function newImage(
  instanceId: number,
  input: PutInput,
  analysis: Analysis,
  category: { readonly id: number; readonly isGiven: boolean },
  thumbnail: string,
  line?: ImportLine,
): NewImage {
  const now = Date.now()
  return {
    instance_id: instanceId,
    product_id: input.productId,
    pic_name: input.picName,
    category_id: category.id,
    category_given: category.isGiven ? 1 : 0,
    ...DEFAULT_FIELDS,
    ...fieldColumns(input),
    region: formatRegion(analysis.region),
    width: analysis.width,
    height: analysis.height,
    dhash: analysis.dhash,
    thumbnail,
    source_etag: input.sourceEtag ?? '',
    source_digest: input.sourceDigest ?? '',
    import_id: line?.importId ?? 0,
    import_line: line?.line ?? 0,
    created_at: now,
    updated_at: now,
  }
}

const DEFAULT_FIELDS = {
  custom_content: '',
  int_attr: 0,
  int_attr2: 0,
  int_attr3: 0,
  int_attr4: 0,
  str_attr: '',
  str_attr2: '',
  str_attr3: '',
  str_attr4: '',
}

function formatRegion({ x1, x2, y1, y2 }: Region): string {
  return `${x1},${x2},${y1},${y2}`
}
