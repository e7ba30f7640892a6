/**
 * `/v1/instances/:name/copies`: stored images that are copies of one another, and what is decided about them.
 */
import { Type } from 'typebox'
import { type CopyGroup, type Decided, MAX_DECIDED } from '../../copies/index.ts'
import { given } from '../given.ts'
import type { Services } from '../services.ts'
import { imageJson } from './image-fields.ts'
import { INSTANCE_PARAMS } from './instances.ts'
import { type RestRoute, route } from './route.ts'

const strict = { additionalProperties: false }
const ID = Type.Integer({ minimum: 1 })

export function copyRoutes({ instances, copies }: Services): RestRoute[] {
  const one = { params: INSTANCE_PARAMS, instanceParameter: 'name' }
  return [
    route({
      method: 'GET',
      path: '/instances/:name/copies',
      action: 'imagesearch:ListCopies',
      summary: 'Lists groups of copies; go on with after = next until an answer has no next.',
      ...one,
      query: Type.Object(
        {
          after: Type.Integer({ minimum: 0, default: 0, description: 'next of the page before.' }),
          limit: Type.Integer({ minimum: 1, maximum: 100, default: 20 }),
        },
        strict,
      ),
      async handle({ params, query, signal }) {
        const { groups, next } = await copies.list(await instances.get(params.name), { ...query, signal })
        return { groups: groups.map((group) => groupJson(params.name, group)), ...given({ next }) }
      },
    }),
    route({
      method: 'POST',
      path: '/instances/:name/copies/decisions',
      action: 'imagesearch:DecideCopies',
      summary: 'Decides about copies, so that they are not listed again. Gives the id of the decision.',
      ...one,
      body: Type.Object(
        {
          decision: Type.Union([Type.Literal('keep'), Type.Literal('ignore')], {
            description: 'keep: they are copies and both stay; ignore: they are none.',
          }),
          images: Type.Array(ID, {
            minItems: 2,
            maxItems: MAX_DECIDED,
            description: 'Ids: every pair of them is decided.',
          }),
        },
        strict,
      ),
      async handle({ params, body: { decision, images } }) {
        return { id: await copies.decide(await instances.get(params.name), images, decision) }
      },
    }),
    route({
      method: 'GET',
      path: '/instances/:name/copies/decisions',
      action: 'imagesearch:ListCopies',
      summary: 'Lists what was decided about copies, newest first; go on with before = next.',
      ...one,
      query: Type.Object(
        {
          before: Type.Optional(Type.Integer({ minimum: 1, description: 'next of the page before.' })),
          limit: Type.Integer({ minimum: 1, maximum: 100, default: 20 }),
        },
        strict,
      ),
      async handle({ params, query: { before, limit } }) {
        const page = { limit, ...given({ before }) }
        const { decisions, next } = await copies.decisions(await instances.get(params.name), page)
        return { decisions: decisions.map((one) => decidedJson(params.name, one)), ...given({ next }) }
      },
    }),
    route({
      method: 'DELETE',
      path: '/instances/:name/copies/decisions/:id',
      action: 'imagesearch:DecideCopies',
      summary: 'Takes a decision about copies back: its images are listed again.',
      params: Type.Object({ name: Type.String(), id: ID }),
      instanceParameter: 'name',
      async handle({ params }) {
        await copies.undo(await instances.get(params.name), params.id)
        return {}
      },
    }),
  ]
}

function groupJson(instance: string, { representative, copies, hasMore }: CopyGroup): object {
  return {
    representative: imageJson(instance, representative),
    copies: copies.map(({ image, ...copy }) => ({ ...imageJson(instance, image), ...copy })),
    hasMore,
  }
}

function decidedJson(instance: string, { images, ...decided }: Decided): object {
  return { ...decided, images: images.map((image) => imageJson(instance, image)) }
}
