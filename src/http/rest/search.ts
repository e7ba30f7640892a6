/**
 * `/v1/instances/:name/search`: by picture, by the name of a stored image, by text, or by filter alone.
 */
import { Type } from 'typebox'
import { problem } from '../../errors.ts'
import { parseFilter } from '../../filter-grammar.ts'
import type { SearchAnswer } from '../../search/index.ts'
import type { Door } from '../door.ts'
import { given } from '../given.ts'
import { regionText } from '../rpc/fields.ts'
import { required, words } from '../rpc/parameters.ts'
import { checkPicture, imageJson, LOOK, PICTURE, readRegion } from './image-fields.ts'
import { INSTANCE_PARAMS } from './instances.ts'
import { type RestRoute, route } from './route.ts'

const BODY = Type.Object(
  {
    picture: Type.Optional(PICTURE),
    productId: Type.Optional(Type.String({ description: 'With picName: search by a stored image.' })),
    picName: Type.Optional(Type.String()),
    text: Type.Optional(
      Type.String({ description: 'At most 512 characters that say what is seen; for instances with searchesText.' }),
    ),
    filter: Type.Optional(Type.String({ description: 'Alone: list what matches.' })),
    categoryId: Type.Optional(Type.Integer()),
    num: Type.Integer({ minimum: 1, maximum: 100, default: 10 }),
    start: Type.Integer({ minimum: 0, maximum: 499, default: 0 }),
    distinct: Type.Optional(Type.Boolean({ description: 'One image a product: its best.' })),
    threshold: Type.Optional(
      Type.Number({ minimum: 0, maximum: 1, description: 'Keeps results of at least this score.' }),
    ),
    ...LOOK,
  },
  { additionalProperties: false },
)

const MAX_RESULTS = 500

export function searchRoutes({ services: { instances, search }, picture: readPicture }: Door): RestRoute[] {
  return [
    route({
      method: 'POST',
      path: '/instances/:name/search',
      action: 'imagesearch:SearchImageByPic',
      summary: 'Searches by picture, by the name of a stored image, by text, or by filter.',
      params: INSTANCE_PARAMS,
      instanceParameter: 'name',
      body: BODY,
      async handle({ params, body, signal }) {
        const instance = await instances.get(params.name)
        const { picture, productId, picName, text, filter: expression, region, crop, num, start, ...rest } = body
        if (start + num > MAX_RESULTS) throw problem('ResultsBeyondLimit', { start, num })
        const filter = expression ? parseFilter(expression) : undefined
        const options = { ...rest, num, start, ...given({ filter }), signal }

        if (picture !== undefined) {
          const sent = checkPicture(picture)
          const bytes = typeof sent === 'string' ? await readPicture(sent, signal) : sent
          const look = given({ region: readRegion(region), crop })
          return answer(params.name, await search.byPicture(instance, bytes, { ...options, ...look }))
        }
        if (productId !== undefined && picName !== undefined)
          return answer(params.name, await search.byName(instance, { productId, picName }, options))
        if (text !== undefined)
          return answer(params.name, await search.byText(instance, required(words).read(text, 'text'), options))
        if (!filter) throw problem('ParameterMissing', { name: 'picture, productId with picName, text, or filter' })
        const found = await search.byFilter(instance, filter, { num, start })
        return { results: found.map((image) => imageJson(params.name, image)) }
      },
    }),
  ]
}

function answer(instance: string, { results, picture, ...rest }: SearchAnswer): object {
  return {
    ...rest,
    ...(picture && {
      picture: { ...picture, region: regionText(picture.region), regions: picture.regions.map(regionText) },
    }),
    results: results.map(({ image, score, similarity }) => ({ ...imageJson(instance, image), score, similarity })),
  }
}
