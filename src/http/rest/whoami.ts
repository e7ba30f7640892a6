import type { Services } from '../services.ts'
import { type RestRoute, route } from './route.ts'

export function whoamiRoutes({ access, version }: Services): RestRoute[] {
  return [
    route({
      method: 'GET',
      path: '/whoami',
      action: 'signed-in',
      summary: 'Who the credentials belong to, and the version of the server.',
      async handle({ principal: { kind, name, arn, isAdmin, scope } }) {
        return { kind, name, arn, isAdmin, ...(scope && { scope }), accountId: access.accountId, version }
      },
    }),
  ]
}
