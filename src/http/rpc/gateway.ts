/**
 * The door of the official API: POST / and GET /. The action stands in a header, the query or a form; the caller is
 * authenticated by whichever signature family the request has.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { problem } from '../../errors.ts'
import { bearerToken, type Caller } from '../authenticate.ts'
import { admit, callOf, conditions, type Door } from '../door.ts'
import { answerFormPost, isFormPost } from '../uploads/form-post.ts'
import { isAcs3, readAcs3 } from './acs3.ts'
import type { Action } from './action.ts'
import { ACTIONS } from './actions/index.ts'
import { isRpcSigned, readRpcSignature } from './rpc-signature.ts'
import { header, parameters, type WireRequest } from './wire.ts'

export function registerGateway(app: FastifyInstance, door: Door): void {
  const config = { check: 'credentials' } as const
  const serve = async (request: FastifyRequest, reply: FastifyReply) => {
    const { wire } = request
    if (isBrowser(wire)) return reply.redirect('/console/')
    if (isFormPost(wire)) return answerFormPost(request, reply, door.uploads)
    const values = await parameters(wire)
    const { caller, name, version } = await readCall(wire, values, door)
    admit(request, reply, caller)
    const action = findAction(name, version)
    return answerCall({ request, reply, door, caller, action, values })
  }
  app.post('/', { config }, serve)
  app.get('/', { config }, serve)
  app.route({
    method: ['PUT', 'PATCH', 'DELETE'],
    url: '/',
    config: { check: 'public' },
    handler: (request) => {
      throw problem('MethodUnsupported', { method: request.method })
    },
  })
}

/** A person who opens the address of the server. */
function isBrowser({ method, query, headers }: WireRequest): boolean {
  return method === 'GET' && query === '' && !headers.authorization && (headers.accept ?? '').includes('text/html')
}

/** Authorises the caller, runs the action and sends its answer. */
export async function answerCall(parts: {
  request: FastifyRequest
  reply: FastifyReply
  door: Door
  caller: Caller
  action: Action
  values: ReadonlyMap<string, string>
}): Promise<FastifyReply> {
  const { request, reply, door, caller, action, values } = parts
  const { services, now } = door
  request.seen.action = action.name
  request.seen.isConsole = action.isConsole
  if (action.permission !== 'signed-in') {
    const resource = services.access.instanceResource(action.instanceName?.(values) ?? '*')
    await services.access.authorise(caller.principal, action.permission, resource, conditions(request, now))
  }
  const answer = await action.run(callOf(request, reply, door, caller), values)
  return reply.type(JSON_TYPE).send(officialJson({ RequestId: request.id, ...answer }))
}

const JSON_TYPE = 'application/json; charset=utf-8'

/** Who calls what. An action may be named only where the signature covers it. */
async function readCall(
  wire: WireRequest,
  values: ReadonlyMap<string, string>,
  { authenticator }: Door,
): Promise<{ caller: Caller; name: string; version: string }> {
  const inHeaders = { name: header(wire, 'x-acs-action'), version: header(wire, 'x-acs-version') }
  const inParameters = { name: values.get('Action') ?? '', version: values.get('Version') ?? '' }
  const either = { name: inHeaders.name || inParameters.name, version: inHeaders.version || inParameters.version }
  if (isAcs3(wire)) return { caller: await authenticator.signed(readAcs3(wire)), ...either }
  const token = bearerToken(wire)
  if (token) return { caller: await authenticator.bearer(token), ...either }
  if (!isRpcSigned(values)) throw problem('CredentialsMissing', {})
  return { caller: await authenticator.signed(readRpcSignature(wire.method, values)), ...inParameters }
}

function findAction(name: string, version: string): Action {
  if (name === '') throw problem('ParameterMissing', { name: 'Action' })
  if (!ACTIONS.some(({ versions }) => versions.includes(version))) throw problem('VersionUnknown', { version })
  const action = ACTIONS.find((a) => a.name === name && a.versions.includes(version))
  if (!action) throw problem('ActionUnknown', { action: name, version })
  return action
}

/**
 * JSON whose scores have a decimal point: a Java client writes a line to standard output for every whole number that
 * it finds in a float's place. Inside a text the quotes are escaped, so the pattern finds only keys.
 */
function officialJson(answer: object): string {
  return JSON.stringify(answer).replace(/"Score":(\d+)(?=[,}])/g, '"Score":$1.0')
}
