/**
 * `/v1/access`: what would be allowed, what each call needs, and what was changed and denied.
 */
import { Type } from 'typebox'
import { problem } from '../../errors.ts'
import type { Permission } from '../permissions.ts'
import type { Services } from '../services.ts'
import { documentText, POLICY_DOCUMENT } from './policy-document.ts'
import { type RestRoute, route } from './route.ts'

const ALL = 'acs:ram:*:{account}:*'
const strict = { additionalProperties: false }

/** @param permissions of all actions and routes */
export function accessRoutes({ accessAdmin }: Services, permissions: () => readonly Permission[]): RestRoute[] {
  return [
    route({
      method: 'POST',
      path: '/access/simulate',
      action: 'ram:SimulateAccess',
      resource: ALL,
      summary: 'Says whether a user or role may do something, and which statement decides.',
      body: Type.Object(
        {
          user: Type.Optional(Type.String()),
          role: Type.Optional(Type.String({ description: 'Name of a role; either this or user.' })),
          action: Type.String({ maxLength: 200, description: 'For example imagesearch:AddImage.' }),
          resource: Type.String({ maxLength: 2000, description: 'A whole name, or instance/<name>.' }),
          conditions: Type.Optional(
            Type.Record(Type.String(), Type.String(), { description: 'For example acs:SourceIp.' }),
          ),
          documents: Type.Optional(
            Type.Array(POLICY_DOCUMENT, { maxItems: 20, description: 'Policies to try before they are saved.' }),
          ),
        },
        strict,
      ),
      async handle({ body: { user, role, documents = [], ...asked } }) {
        if ((user === undefined) === (role === undefined)) {
          throw problem('ParameterInvalid', { name: 'user', expected: 'given when role is not', found: String(user) })
        }
        const target =
          role === undefined ? { kind: 'user' as const, name: user ?? '' } : { kind: 'role' as const, name: role }
        return await accessAdmin.simulate({ ...asked, target, documents: documents.map(documentText) })
      },
    }),
    route({
      method: 'GET',
      path: '/access/permissions',
      action: 'signed-in',
      summary: 'Lists the action and the resource that each call needs.',
      handle: async () => ({ permissions: permissions() }),
    }),
    route({
      method: 'GET',
      path: '/access/audit',
      action: 'ram:ListAuditEvents',
      resource: ALL,
      summary: 'Lists changes of access and denials, newest first; go on with before = the last id.',
      query: Type.Object({
        limit: Type.Integer({ minimum: 1, maximum: 1000, default: 100 }),
        before: Type.Optional(Type.Integer({ description: 'Only events with a smaller id.' })),
        principal: Type.Optional(Type.String({ description: 'ARN.' })),
        outcome: Type.Optional(Type.Enum(['changed', 'denied'])),
      }),
      async handle({ query: { before, ...page } }) {
        return { events: await accessAdmin.audit({ ...page, ...(before !== undefined && { beforeId: before }) }) }
      },
    }),
    route({
      method: 'POST',
      path: '/access/diagnose',
      action: 'ram:DecodeDiagnosticMessage',
      resource: ALL,
      summary: 'Reads the EncodedDiagnosticMessage of a denial: who, what, and which statement denied.',
      body: Type.Object({ message: Type.String({ maxLength: 10_000 }) }, strict),
      handle: async ({ body }) => accessAdmin.diagnose(body.message),
    }),
  ]
}
