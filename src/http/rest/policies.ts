/**
 * `/v1/policies`: what is allowed and denied, in the cloud's language.
 */
import { Type } from 'typebox'
import type { PolicyInfo } from '../../access/index.ts'
import type { Services } from '../services.ts'
import { actorOf } from './actor.ts'
import { documentText, POLICY_DOCUMENT } from './policy-document.ts'
import { type RestRoute, route } from './route.ts'

const POLICIES = 'acs:ram:*:{account}:policy/*'
const strict = { additionalProperties: false }
const one = { params: Type.Object({ policy: Type.String() }), resource: 'acs:ram:*:{account}:policy/{policy}' }
const DESCRIPTION = Type.Optional(Type.String({ maxLength: 1024 }))

export function policyRoutes({ accessAdmin }: Services): RestRoute[] {
  return [
    route({
      method: 'GET',
      path: '/policies',
      action: 'ram:ListPolicies',
      resource: POLICIES,
      summary: 'Lists all policies, those of the system first.',
      handle: async () => ({ policies: (await accessAdmin.listPolicies()).map(shown) }),
    }),
    route({
      method: 'POST',
      path: '/policies',
      action: 'ram:CreatePolicy',
      resource: POLICIES,
      summary: 'Creates a policy; it counts for those it is attached to.',
      body: Type.Object(
        {
          name: Type.String({ description: '1 to 128 letters, digits and . _ -' }),
          description: DESCRIPTION,
          document: POLICY_DOCUMENT,
        },
        strict,
      ),
      status: 201,
      async handle(request) {
        const { document, ...body } = request.body
        return shown(await accessAdmin.createPolicy(actorOf(request), { ...body, document: documentText(document) }))
      },
    }),
    route({
      method: 'GET',
      path: '/policies/:policy',
      action: 'ram:GetPolicy',
      ...one,
      summary: 'Shows a policy and whom it is attached to.',
      handle: async ({ params }) => shown(await accessAdmin.policy(params.policy)),
    }),
    route({
      method: 'PATCH',
      path: '/policies/:policy',
      action: 'ram:UpdatePolicy',
      ...one,
      summary: 'Changes a policy; those it is attached to have it with their next request.',
      body: Type.Object({ description: DESCRIPTION, document: Type.Optional(POLICY_DOCUMENT) }, strict),
      async handle(request) {
        const { document, ...body } = request.body
        const change = { ...body, ...(document !== undefined && { document: documentText(document) }) }
        return shown(await accessAdmin.updatePolicy(actorOf(request), request.params.policy, change))
      },
    }),
    route({
      method: 'DELETE',
      path: '/policies/:policy',
      action: 'ram:DeletePolicy',
      ...one,
      summary: 'Deletes a policy that is attached to nobody.',
      handle: (request) => accessAdmin.deletePolicy(actorOf(request), request.params.policy),
    }),
  ]
}

function shown(policy: PolicyInfo): object {
  return { ...policy, document: JSON.parse(policy.document) as object }
}
