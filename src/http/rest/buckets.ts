/** `/v1/buckets`: where imports find pictures. */
import { Type } from 'typebox'
import type { BucketSource } from '../../buckets/index.ts'
import type { Services } from '../services.ts'
import { CREDENTIALS, NEW_BUCKET } from './bucket-fields.ts'
import { type RestRoute, route } from './route.ts'

const PARAMS = Type.Object({ name: Type.String() })
const strict = { additionalProperties: false }

export function bucketRoutes({ buckets }: Services): RestRoute[] {
  return [
    route({
      method: 'POST',
      path: '/buckets',
      action: 'oss:PutBucket',
      resource: 'acs:oss:*:*:{name}',
      isResourceInBody: true,
      isAudited: true,
      summary: 'Adds a folder of the server, a store or a web server as a bucket.',
      body: NEW_BUCKET,
      status: 201,
      handle: ({ body }) => {
        if ('folder' in body) return buckets.add(body.name, { driver: 'file', options: { folder: body.folder } })
        const { name, driver, options } = body
        return buckets.add(
          name,
          { driver, options } as BucketSource,
          'credentials' in body ? body.credentials : undefined,
        )
      },
    }),
    route({
      method: 'GET',
      path: '/buckets',
      action: 'imagesearch:ListBuckets',
      summary: 'Lists all buckets.',
      handle: async () => ({ buckets: await buckets.list() }),
    }),
    route({
      method: 'PUT',
      path: '/buckets/:name/credentials',
      action: 'oss:PutBucket',
      resource: 'acs:oss:*:*:{name}',
      isAudited: true,
      summary: 'Puts other credentials in place of those of a bucket; imports that run go on with them.',
      params: PARAMS,
      body: CREDENTIALS,
      handle: ({ params, body }) => buckets.setCredentials(params.name, body),
    }),
    route({
      method: 'POST',
      path: '/buckets/:name/test',
      action: 'imagesearch:TestBucket',
      summary: 'Tries to list and to read a bucket, and says what works.',
      params: PARAMS,
      handle: ({ params }) => buckets.test(params.name),
    }),
    route({
      method: 'GET',
      path: '/buckets/:name/browse',
      action: 'imagesearch:BrowseBucket',
      summary: 'Lists folders and objects directly below a prefix, in order of name.',
      params: PARAMS,
      query: Type.Object(
        {
          prefix: Type.String({ default: '', description: 'Empty, or ends with a slash.', pattern: '^$|/$' }),
          limit: Type.Integer({ minimum: 1, maximum: 1000, default: 200 }),
        },
        strict,
      ),
      handle: ({ params, query }) => buckets.browse(params.name, query.prefix, query.limit),
    }),
    route({
      method: 'DELETE',
      path: '/buckets/:name',
      action: 'imagesearch:DeleteBucket',
      isAudited: true,
      summary: 'Forgets a bucket; its objects stay where they are.',
      params: PARAMS,
      handle: ({ params }) => buckets.remove(params.name),
    }),
  ]
}
