/**
 * `/v1/roles`: roles, who may take them, and their policies.
 */
import { Type } from 'typebox'
import type { RoleInfo } from '../../access/index.ts'
import type { Services } from '../services.ts'
import { actorOf } from './actor.ts'
import { documentText, POLICY_DOCUMENT } from './policy-document.ts'
import { type RestRoute, route } from './route.ts'

const ROLES = 'acs:ram:*:{account}:role/*'
const strict = { additionalProperties: false }
const one = { params: Type.Object({ role: Type.String() }), resource: 'acs:ram:*:{account}:role/{role}' }
const onePolicy = { ...one, params: Type.Object({ role: Type.String(), policy: Type.String() }) }

const ROLE = {
  description: Type.Optional(Type.String({ maxLength: 1024 })),
  trustPolicy: Type.Optional(POLICY_DOCUMENT),
  maxSessionSeconds: Type.Optional(
    Type.Integer({
      minimum: 3600,
      maximum: 43_200,
      description: 'Longest session of temporary credentials; default 3600.',
    }),
  ),
}

export function roleRoutes({ accessAdmin }: Services): RestRoute[] {
  const target = (role: string) => ({ kind: 'role', name: role }) as const
  return [
    route({
      method: 'GET',
      path: '/roles',
      action: 'ram:ListRoles',
      resource: ROLES,
      summary: 'Lists all roles with their ARNs.',
      handle: async () => ({ roles: (await accessAdmin.listRoles()).map(shown) }),
    }),
    route({
      method: 'POST',
      path: '/roles',
      action: 'ram:CreateRole',
      resource: ROLES,
      summary: 'Creates a role; without a trust policy imports may take it (the service imagesearch.aliyuncs.com).',
      body: Type.Object({ name: Type.String({ description: '1 to 64 letters, digits and . _ -' }), ...ROLE }, strict),
      status: 201,
      async handle(request) {
        const { trustPolicy, ...body } = request.body
        return shown(await accessAdmin.createRole(actorOf(request), { ...body, ...trust(trustPolicy) }))
      },
    }),
    route({
      method: 'GET',
      path: '/roles/:role',
      action: 'ram:GetRole',
      ...one,
      summary: 'Shows a role: its ARN, trust policy and policies.',
      handle: async ({ params }) => shown(await accessAdmin.role(params.role)),
    }),
    route({
      method: 'PATCH',
      path: '/roles/:role',
      action: 'ram:UpdateRole',
      ...one,
      summary: 'Changes a role.',
      body: Type.Object(ROLE, strict),
      async handle(request) {
        const { trustPolicy, ...body } = request.body
        return shown(
          await accessAdmin.updateRole(actorOf(request), request.params.role, { ...body, ...trust(trustPolicy) }),
        )
      },
    }),
    route({
      method: 'DELETE',
      path: '/roles/:role',
      action: 'ram:DeleteRole',
      ...one,
      summary: 'Deletes a role; its temporary credentials end.',
      handle: (request) => accessAdmin.deleteRole(actorOf(request), request.params.role),
    }),
    route({
      method: 'PUT',
      path: '/roles/:role/policies/:policy',
      action: 'ram:AttachPolicyToRole',
      ...onePolicy,
      summary: 'Attaches a policy to a role.',
      handle: (request) => accessAdmin.attach(actorOf(request), request.params.policy, target(request.params.role)),
    }),
    route({
      method: 'DELETE',
      path: '/roles/:role/policies/:policy',
      action: 'ram:DetachPolicyFromRole',
      ...onePolicy,
      summary: 'Detaches a policy from a role.',
      handle: (request) => accessAdmin.detach(actorOf(request), request.params.policy, target(request.params.role)),
    }),
  ]
}

function trust(document: object | string | undefined): { trustPolicy?: string } {
  return document === undefined ? {} : { trustPolicy: documentText(document) }
}

function shown(role: RoleInfo): object {
  return { ...role, trustPolicy: JSON.parse(role.trustPolicy) as object }
}
