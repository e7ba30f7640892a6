import { CATEGORIES } from '../../attributes.ts'
import { type RestRoute, route } from './route.ts'

export function categoryRoutes(): RestRoute[] {
  return [
    route({
      method: 'GET',
      path: '/categories',
      action: 'signed-in',
      summary: 'The table of categories.',
      handle: async () => ({ categories: [...CATEGORIES].map(([id, name]) => ({ id, name })) }),
    }),
  ]
}
