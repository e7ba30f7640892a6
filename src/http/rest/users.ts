/**
 * `/v1/users`: users, their keys and their policies.
 */
import { Type } from 'typebox'
import type { Services } from '../services.ts'
import { actorOf } from './actor.ts'
import { type RestRoute, route } from './route.ts'

const USERS = 'acs:ram:*:{account}:user/*'
const strict = { additionalProperties: false }
const one = { params: Type.Object({ user: Type.String() }), resource: 'acs:ram:*:{account}:user/{user}' }
const oneKey = { ...one, params: Type.Object({ user: Type.String(), key: Type.String() }) }
const onePolicy = { ...one, params: Type.Object({ user: Type.String(), policy: Type.String() }) }

const USER = {
  displayName: Type.Optional(Type.String({ maxLength: 128 })),
  isAdmin: Type.Optional(
    Type.Boolean({ description: 'May do everything, without policies. Only an administrator gives it.' }),
  ),
}

export function userRoutes(services: Services): RestRoute[] {
  return [...ofUsers(services), ...ofKeys(services), ...ofAttachments(services)]
}

function ofUsers({ accessAdmin }: Services): RestRoute[] {
  return [
    route({
      method: 'GET',
      path: '/users',
      action: 'ram:ListUsers',
      resource: USERS,
      summary: 'Lists all users.',
      handle: async () => ({ users: await accessAdmin.listUsers() }),
    }),
    route({
      method: 'POST',
      path: '/users',
      action: 'ram:CreateUser',
      resource: USERS,
      summary: 'Creates a user, who has no key and no right yet.',
      body: Type.Object({ name: Type.String({ description: '1 to 64 letters, digits and . _ -' }), ...USER }, strict),
      status: 201,
      handle: (request) => accessAdmin.createUser(actorOf(request), request.body),
    }),
    route({
      method: 'GET',
      path: '/users/:user',
      action: 'ram:GetUser',
      ...one,
      summary: 'Shows a user with keys and policies.',
      handle: ({ params }) => accessAdmin.user(params.user),
    }),
    route({
      method: 'PATCH',
      path: '/users/:user',
      action: 'ram:UpdateUser',
      ...one,
      summary: 'Changes a user.',
      body: Type.Object(USER, strict),
      handle: (request) => accessAdmin.updateUser(actorOf(request), request.params.user, request.body),
    }),
    route({
      method: 'DELETE',
      path: '/users/:user',
      action: 'ram:DeleteUser',
      ...one,
      summary: 'Deletes a user with all keys.',
      handle: (request) => accessAdmin.deleteUser(actorOf(request), request.params.user),
    }),
  ]
}

function ofKeys({ accessAdmin }: Services): RestRoute[] {
  return [
    route({
      method: 'GET',
      path: '/keys',
      action: 'ram:ListAccessKeys',
      resource: USERS,
      summary: 'Lists the keys of all users; never a secret.',
      handle: async () => ({ keys: await accessAdmin.listKeys() }),
    }),
    route({
      method: 'GET',
      path: '/users/:user/keys',
      action: 'ram:ListAccessKeys',
      ...one,
      summary: 'Lists the keys of a user; never a secret.',
      handle: async ({ params }) => ({ keys: await accessAdmin.listKeys(params.user) }),
    }),
    route({
      method: 'POST',
      path: '/users/:user/keys',
      action: 'ram:CreateAccessKey',
      ...one,
      summary: 'Creates an access key, or with scope a bearer key. The answer alone has the secret.',
      body: Type.Object(
        {
          scope: Type.Optional(
            Type.Enum(['search', 'import', 'admin'], {
              description: 'A bearer key that may only search, only write images and import, or all that its user may.',
            }),
          ),
          description: Type.Optional(Type.String({ maxLength: 200 })),
        },
        strict,
      ),
      status: 201,
      handle: (request) => accessAdmin.createKey(actorOf(request), request.params.user, request.body),
    }),
    route({
      method: 'PATCH',
      path: '/users/:user/keys/:key',
      action: 'ram:UpdateAccessKey',
      ...oneKey,
      summary: 'Disables or enables a key.',
      body: Type.Object({ isActive: Type.Boolean() }, strict),
      handle(request) {
        const { params, body } = request
        return accessAdmin.setKeyActive(actorOf(request), params.user, params.key, body.isActive)
      },
    }),
    route({
      method: 'DELETE',
      path: '/users/:user/keys/:key',
      action: 'ram:DeleteAccessKey',
      ...oneKey,
      summary: 'Deletes a key.',
      handle: (request) => accessAdmin.deleteKey(actorOf(request), request.params.user, request.params.key),
    }),
  ]
}

function ofAttachments({ accessAdmin }: Services): RestRoute[] {
  const target = (user: string) => ({ kind: 'user', name: user }) as const
  return [
    route({
      method: 'PUT',
      path: '/users/:user/policies/:policy',
      action: 'ram:AttachPolicyToUser',
      ...onePolicy,
      summary: 'Attaches a policy to a user.',
      handle: (request) => accessAdmin.attach(actorOf(request), request.params.policy, target(request.params.user)),
    }),
    route({
      method: 'DELETE',
      path: '/users/:user/policies/:policy',
      action: 'ram:DetachPolicyFromUser',
      ...onePolicy,
      summary: 'Detaches a policy from a user.',
      handle: (request) => accessAdmin.detach(actorOf(request), request.params.policy, target(request.params.user)),
    }),
  ]
}
