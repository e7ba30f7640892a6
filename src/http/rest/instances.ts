/**
 * `/v1/instances`: instances are made, listed, changed, cleared and dropped.
 */
import { Type } from 'typebox'
import type { Instance } from '../../instances/index.ts'
import type { Services } from '../services.ts'
import { authoriseRole } from './pass-role.ts'
import { type RestRoute, route } from './route.ts'

export const INSTANCE_PARAMS = Type.Object({ name: Type.String() })

const OPTIONS = {
  capacity: Type.Optional(Type.Integer({ minimum: 1, description: 'Images at most.' })),
  pictureRules: Type.Optional(
    Type.Enum(['open', 'cloud', 'cloud-2020'], {
      description: 'Which pictures are taken; see limits.md. Default open.',
    }),
  ),
  searchQps: Type.Optional(Type.Integer({ minimum: 0, description: 'Searches a second; 0 = no limit, the default.' })),
  writeQps: Type.Optional(Type.Integer({ minimum: 0, description: 'Writes a second; 0 = no limit, the default.' })),
  thumbnails: Type.Optional(Type.Boolean({ description: 'Keep a small JPEG of every image. Default true.' })),
  defaultRole: Type.Optional(Type.String({ description: 'ARN of the role of imports that name none.' })),
}

const strict = { additionalProperties: false }

export function instanceRoutes({ access, instances, images, vectors, vision }: Services): RestRoute[] {
  const show = async (instance: Instance) => ({
    ...instance,
    searchesText: vision.model.readsText && vision.model.id === instance.model,
    images: await images.count(instance.id),
  })
  const one = { params: INSTANCE_PARAMS, instanceParameter: 'name' }
  return [
    route({
      method: 'POST',
      path: '/instances',
      action: 'imagesearch:CreateInstance',
      isAudited: true,
      summary: 'Creates an instance.',
      body: Type.Object(
        {
          name: Type.String({ description: '1 to 20 lower-case letters, digits and hyphens.' }),
          serviceType: Type.Enum(['product', 'generic'], { description: 'product predicts categories.' }),
          ...OPTIONS,
        },
        strict,
      ),
      status: 201,
      async handle(request) {
        const { name, serviceType, ...options } = request.body
        if (options.defaultRole) await authoriseRole(access, request, options.defaultRole)
        return show(await instances.create(name, serviceType, options))
      },
    }),
    route({
      method: 'GET',
      path: '/instances',
      action: 'imagesearch:ListInstances',
      summary: 'Lists all instances with their number of images.',
      handle: async () => ({ instances: await Promise.all((await instances.list()).map(show)) }),
    }),
    route({
      method: 'GET',
      path: '/instances/:name',
      action: 'imagesearch:Detail',
      summary: 'Shows an instance, its number of images and the state of its index.',
      ...one,
      async handle({ params }) {
        const instance = await instances.get(params.name)
        return { ...(await show(instance)), index: vectors.state(instance.id) }
      },
    }),
    route({
      method: 'PATCH',
      path: '/instances/:name',
      action: 'imagesearch:UpdateInstance',
      isAudited: true,
      summary: 'Changes options of an instance.',
      ...one,
      body: Type.Object(OPTIONS, strict),
      async handle(request) {
        const { params, body } = request
        const { defaultRole } = await instances.get(params.name)
        if (body.defaultRole !== undefined && body.defaultRole !== defaultRole) {
          await authoriseRole(access, request, body.defaultRole)
        }
        return show(await instances.update(params.name, body))
      },
    }),
    route({
      method: 'POST',
      path: '/instances/:name/clear',
      action: 'imagesearch:ClearInstance',
      isAudited: true,
      summary: 'Deletes all images of an instance and keeps the instance.',
      ...one,
      handle: ({ params }) => instances.clear(params.name),
    }),
    route({
      method: 'DELETE',
      path: '/instances/:name',
      action: 'imagesearch:DeleteInstance',
      isAudited: true,
      summary: 'Deletes an instance with everything in it.',
      ...one,
      handle: ({ params }) => instances.drop(params.name),
    }),
  ]
}
