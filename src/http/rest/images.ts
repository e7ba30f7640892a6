/**
 * `/v1/instances/:name/images`: images are put, listed, changed and deleted. Product and picture names may hold any
 * character, so they stand in the query and not in the path.
 */
import { Type } from 'typebox'
import { problem } from '../../errors.ts'
import { parseFilter } from '../../filter-grammar.ts'
import type { Door } from '../door.ts'
import { given } from '../given.ts'
import { regionText } from '../rpc/fields.ts'
import { checkPicture, FIELDS, imageJson, LOOK, PICTURE, readRegion } from './image-fields.ts'
import { INSTANCE_PARAMS } from './instances.ts'
import { type RestRoute, raw, route } from './route.ts'

const strict = { additionalProperties: false }
const KEY = { productId: Type.String({ minLength: 1 }), picName: Type.String({ minLength: 1 }) }
const IDS = '^[0-9]{1,15}(,[0-9]{1,15}){0,99}$'
const THUMBNAIL_MAX_AGE_S = 60

export function imageRoutes({ services: { instances, images }, picture: readPicture }: Door): RestRoute[] {
  const one = { params: INSTANCE_PARAMS, instanceParameter: 'name' }
  return [
    route({
      method: 'POST',
      path: '/instances/:name/images',
      action: 'imagesearch:AddImage',
      summary: 'Puts an image; one of the same product and name is replaced. It is found by the next search.',
      ...one,
      body: Type.Object(
        { ...KEY, picture: PICTURE, categoryId: Type.Optional(Type.Integer()), ...LOOK, ...FIELDS },
        strict,
      ),
      status: 201,
      async handle({ params, body: { picture, region, ...fields }, signal }) {
        const instance = await instances.get(params.name)
        const input = {
          ...fields,
          ...given({ region: readRegion(region) }),
          picture: await bytes(checkPicture(picture), signal),
        }
        const stored = await images.put(instance.id, input, { priority: 'search', signal })
        return {
          id: stored.imageId,
          categoryId: stored.categoryId,
          region: regionText(stored.region),
          regions: stored.regions.map(regionText),
        }
      },
    }),
    route({
      method: 'GET',
      path: '/instances/:name/images',
      action: 'imagesearch:ListImages',
      summary:
        'Lists images in the order they were first put, or those of ids; total counts all that match the filter.',
      ...one,
      query: Type.Object(
        {
          productId: Type.Optional(Type.String()),
          filter: Type.Optional(Type.String()),
          limit: Type.Integer({ minimum: 1, maximum: 1000, default: 100 }),
          start: Type.Integer({ minimum: 0, default: 0, description: 'Left out; after and before are faster.' }),
          after: Type.Optional(Type.Integer({ description: 'Only images after the one of this id.' })),
          before: Type.Optional(Type.Integer({ description: 'Only the last images before the one of this id.' })),
          ids: Type.Optional(
            Type.String({
              pattern: IDS,
              description: 'At most 100 ids with commas between; nothing else counts then.',
            }),
          ),
        },
        strict,
      ),
      async handle({ params, query: { filter: text, productId, limit, start, after, before, ids } }) {
        const instance = await instances.get(params.name)
        if (ids !== undefined) return { images: await imagesOf(params.name, instance.id, ids) }
        const filter = text ? parseFilter(text) : undefined
        const page = { limit, start, ...given({ filter, productId, afterId: after, beforeId: before }) }
        const [found, total] = await Promise.all([
          images.list(instance.id, page),
          productId === undefined ? images.count(instance.id, filter) : undefined,
        ])
        return { images: found.map((image) => imageJson(params.name, image)), ...given({ total }) }
      },
    }),
    route({
      method: 'GET',
      path: '/instances/:name/image',
      action: 'imagesearch:CheckImageExists',
      summary: 'Shows one image.',
      ...one,
      query: Type.Object(KEY, strict),
      async handle({ params, query }) {
        const instance = await instances.get(params.name)
        const image = await images.find(instance.id, query)
        if (!image) throw problem('ImageNotFound', query)
        return imageJson(params.name, image)
      },
    }),
    route({
      method: 'PATCH',
      path: '/instances/:name/images',
      action: 'imagesearch:UpdateImage',
      summary: 'Changes fields of one image, or of all images of a product; its vector stays.',
      ...one,
      body: Type.Object({ ...KEY, picName: Type.Optional(KEY.picName), ...FIELDS }, strict),
      async handle({ params, body: { productId, picName, ...fields } }) {
        const instance = await instances.get(params.name)
        return { updated: await images.update(instance.id, { productId, ...given({ picName }) }, fields) }
      },
    }),
    route({
      method: 'DELETE',
      path: '/instances/:name/images',
      action: 'imagesearch:DeleteImage',
      summary: 'Deletes one image, all images of a product, or all that match a filter.',
      ...one,
      query: Type.Object(
        {
          productId: Type.Optional(KEY.productId),
          picName: Type.Optional(KEY.picName),
          filter: Type.Optional(Type.String({ minLength: 1 })),
        },
        strict,
      ),
      async handle({ params, query: { productId, picName, filter }, signal }) {
        const instance = await instances.get(params.name)
        if (productId === undefined) {
          if (filter === undefined) throw problem('ParameterMissing', { name: 'productId or filter' })
          return { deleted: await images.removeByFilter(instance.id, parseFilter(filter)) }
        }
        const key = { productId, ...given({ picName }) }
        const names = await images.remove(instance.id, key, { priority: 'search', signal })
        return { deleted: names.map((name) => ({ productId, picName: name })) }
      },
    }),
    route({
      method: 'GET',
      path: '/instances/:name/images/:id/thumbnail',
      action: 'imagesearch:GetThumbnail',
      summary: 'A small JPEG of an image.',
      params: Type.Object({ name: Type.String(), id: Type.Integer() }),
      instanceParameter: 'name',
      async handle({ params }) {
        const instance = await instances.get(params.name)
        const body = await images.thumbnail(instance.id, params.id)
        if (!body) throw problem('ThumbnailNotFound', { id: params.id })
        const headers = { 'cache-control': `private, max-age=${THUMBNAIL_MAX_AGE_S}` }
        return raw({ contentType: 'image/jpeg', body, headers })
      },
    }),
  ]

  /** Images in the order of their ids in the text; those that are gone are left out. */
  async function imagesOf(name: string, instanceId: number, text: string): Promise<object[]> {
    const ids = text.split(',').map(Number)
    const found = await images.load(instanceId, ids)
    return ids.flatMap((id) => found.get(id) ?? []).map((image) => imageJson(name, image))
  }

  async function bytes(picture: string | Uint8Array, signal: AbortSignal): Promise<Uint8Array> {
    return typeof picture === 'string' ? readPicture(picture, signal) : picture
  }
}
