/**
 * `/v1/instances/:name/map` and `growth`: an instance as a whole, for pictures of it.
 */
import type { Services } from '../services.ts'
import { INSTANCE_PARAMS } from './instances.ts'
import { type RestRoute, route } from './route.ts'

export function chartRoutes({ instances, charts }: Services): RestRoute[] {
  const one = {
    method: 'GET',
    action: 'imagesearch:ListImages',
    params: INSTANCE_PARAMS,
    instanceParameter: 'name',
  } as const
  return [
    route({
      ...one,
      path: '/instances/:name/map',
      summary: 'Lays some thousand images flat, like ones near one another: points with x and y from 0 to 1.',
      handle: async ({ params }) => charts.map(await instances.get(params.name)),
    }),
    route({
      ...one,
      path: '/instances/:name/growth',
      summary: 'Tells how many images there were when, in some 100 points, oldest first.',
      handle: async ({ params }) => ({ points: await charts.growth(await instances.get(params.name)) }),
    }),
  ]
}
