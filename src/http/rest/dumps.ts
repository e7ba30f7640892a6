/**
 * `/v1/instances/:name/dumps`: all images of an instance as a manifest that can be imported again.
 */
import { Type } from 'typebox'
import type { Dump } from '../../images/index.ts'
import type { Door } from '../door.ts'
import { INSTANCE_PARAMS } from './instances.ts'
import { type RestRoute, route } from './route.ts'

export function dumpRoutes({ services: { instances, dumps }, links }: Door): RestRoute[] {
  const one = { params: INSTANCE_PARAMS, instanceParameter: 'name' }
  /** `download` is a path that needs no credentials and works for two hours; '' = there is no file. */
  const show = ({ hasFile, ...dump }: Dump) => ({
    ...dump,
    download: hasFile ? links.path({ kind: 'dump', id: dump.id }) : '',
  })
  return [
    route({
      method: 'POST',
      path: '/instances/:name/dumps',
      action: 'imagesearch:DumpMeta',
      summary: 'Starts to write all images of an instance as an increment.meta.',
      ...one,
      status: 201,
      handle: async ({ params }) => show(await dumps.start(await instances.get(params.name))),
    }),
    route({
      method: 'GET',
      path: '/instances/:name/dumps',
      action: 'imagesearch:DumpMetaList',
      summary: 'Lists the dumps of an instance, newest first, with links to download them.',
      ...one,
      query: Type.Object(
        {
          limit: Type.Integer({ minimum: 1, maximum: 100, default: 20 }),
          start: Type.Integer({ minimum: 0, default: 0 }),
        },
        { additionalProperties: false },
      ),
      async handle({ params, query }) {
        const { id } = await instances.get(params.name)
        const { total, dumps: found } = await dumps.list(id, query)
        return { total, dumps: found.map(show) }
      },
    }),
  ]
}
