/** `/v1/instances/:name/imports/preview`: what an import would read, before it is started. */
import { Type } from 'typebox'
import { previewManifest } from '../../imports/index.ts'
import type { Services } from '../services.ts'
import { INSTANCE_PARAMS } from './instances.ts'
import { authorisePassRole } from './pass-role.ts'
import { type RestRoute, route } from './route.ts'

export function importPreviewRoutes({ instances, buckets, access }: Services): RestRoute[] {
  return [
    route({
      method: 'POST',
      path: '/instances/:name/imports/preview',
      action: 'imagesearch:IncreaseInstance',
      instanceParameter: 'name',
      summary: 'Reads the first lines of a manifest and checks them as an import would; changes nothing.',
      params: INSTANCE_PARAMS,
      body: Type.Object(
        {
          bucket: Type.String(),
          path: Type.String({ default: '/', description: 'Folder that holds increment.meta: / or /a/b.' }),
          roleArn: Type.Optional(Type.String({ description: 'Default: the role of the instance.' })),
          lines: Type.Integer({ minimum: 1, maximum: 100, default: 20 }),
        },
        { additionalProperties: false },
      ),
      async handle(request) {
        await authorisePassRole(access, request)
        const { lines, ...start } = request.body
        return previewManifest({ buckets, access }, await instances.get(request.params.name), start, lines)
      },
    }),
  ]
}
