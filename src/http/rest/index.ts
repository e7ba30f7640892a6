/**
 * The door of `/v1`: one table of routes, each registered with authentication, authorisation and validation by its
 * own schemas; OpenAPI is made from the same table.
 */
import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { clip, problem } from '../../errors.ts'
import type { Caller } from '../authenticate.ts'
import { admit, conditions, type Door } from '../door.ts'
import { permissionsOf } from '../permissions.ts'
import { ACTIONS } from '../rpc/actions/index.ts'
import { readSessionCookie } from '../session-cookie.ts'
import { accessRoutes } from './access.ts'
import { actorOf } from './actor.ts'
import { bucketRoutes } from './buckets.ts'
import { readCaller } from './caller.ts'
import { categoryRoutes } from './categories.ts'
import { chartRoutes } from './charts.ts'
import { demoRoutes } from './console-demo.ts'
import { importPreviewRoutes } from './console-imports.ts'
import { copyRoutes } from './copies.ts'
import { downloadRoutes } from './downloads.ts'
import { dumpRoutes } from './dumps.ts'
import { imageRoutes } from './images.ts'
import { importRowRoutes } from './import-rows.ts'
import { importRoutes } from './imports.ts'
import { instanceRoutes } from './instances.ts'
import { maintenanceRoutes } from './maintenance.ts'
import { openapi } from './openapi.ts'
import { policyRoutes } from './policies.ts'
import { roleRoutes } from './roles.ts'
import { isRaw, type RawAnswer, type RestRequest, type RestRoute, resourceOf, route } from './route.ts'
import { searchRoutes } from './search.ts'
import { sessionRoutes } from './session.ts'
import { userRoutes } from './users.ts'
import { jsonReader, textReader } from './validation.ts'
import { whoamiRoutes } from './whoami.ts'

/** The table of `/v1`. */
export function restRoutes(door: Door): readonly RestRoute[] {
  const routes: RestRoute[] = [
    ...instanceRoutes(door.services),
    ...imageRoutes(door),
    ...searchRoutes(door),
    ...chartRoutes(door.services),
    ...copyRoutes(door.services),
    ...importRoutes(door.services),
    ...importRowRoutes(door.services),
    ...dumpRoutes(door),
    ...importPreviewRoutes(door.services),
    ...bucketRoutes(door.services),
    ...demoRoutes(door.services),
    ...categoryRoutes(),
    ...whoamiRoutes(door.services),
    ...sessionRoutes(door.services),
    ...userRoutes(door.services),
    ...roleRoutes(door.services),
    ...policyRoutes(door.services),
    ...accessRoutes(door.services, () => permissionsOf(routes, ACTIONS)),
    ...maintenanceRoutes(door.services),
    ...downloadRoutes(door),
  ]
  routes.push(
    route({
      method: 'GET',
      path: '/openapi.json',
      action: 'public',
      summary: 'This description.',
      handle: async () => openapi(routes, door.services.version),
    }),
  )
  return routes
}

export function registerRest(app: FastifyInstance, door: Door): void {
  for (const route of restRoutes(door)) {
    const check = route.action === 'public' ? 'public' : 'credentials'
    const read = requestReader(route)
    app.route({
      method: route.method,
      url: `/v1${route.path}`,
      config: { check },
      async handler(request, reply) {
        request.seen.action = `${route.method} /v1${route.path}`
        const caller = check === 'public' ? undefined : await readCaller(request, door)
        if (caller) admit(request, reply, caller)
        const resource = caller ? await authorise(route, request, caller, door) : ''
        await limit(route, request, reply, door)
        const asked = {
          ...read(request),
          principal: caller?.principal,
          requestId: request.id,
          origin: originOf(request),
          sessionToken: readSessionCookie(request.headers.cookie),
          signal: request.hangUp.signal,
        } as RestRequest<never, never, never>
        const answer = await route.handle(asked)
        if (route.isAudited) await noteChange(route, asked, resource, door)
        reply.code(route.status ?? 200)
        return isRaw(answer) ? sendRaw(request, reply, answer, door.stopping) : reply.send(answer ?? {})
      },
    })
  }
}

/** @throws RequestsTooMany, InstanceNotFound */
async function limit(route: RestRoute, request: FastifyRequest, reply: FastifyReply, door: Door): Promise<void> {
  if (!route.instanceParameter || !door.limits.counts(route.action)) return
  const name = (request.params as Record<string, string>)[route.instanceParameter] ?? ''
  door.limits.take(await door.services.instances.get(name), route.action, reply)
}

function originOf(request: FastifyRequest): RestRequest<never, never, never>['origin'] {
  return {
    remoteAddress: request.ip,
    userAgent: request.headers['user-agent'] ?? '',
    isTls: request.protocol === 'https',
  }
}

/** @returns name of the resource */
async function authorise(
  route: RestRoute,
  request: FastifyRequest,
  { principal }: Caller,
  { services, now }: Door,
): Promise<string> {
  if (route.action === 'signed-in') return ''
  const { access } = services
  const named = route.isResourceInBody ? textsOf(parseJson(request.wire.body)) : request.params
  const resource = await resourceOf(route, named as Record<string, string>, access)
  await access.authorise(principal, route.action, resource, conditions(request, now))
  return resource
}

/** Notes a change that was made; the resource of what was created stands in the body. */
async function noteChange(
  { method, path, action }: RestRoute,
  asked: RestRequest<unknown, unknown, { readonly name?: string; readonly userName?: string } | undefined>,
  resource: string,
  { services }: Door,
): Promise<void> {
  const name = asked.body?.name ?? asked.body?.userName
  const detail = { call: `${method} /v1${path}`, ...(name !== undefined && { name }) }
  await services.accessAdmin.recordChange(actorOf(asked), action, resource, detail)
}

/** Bodies of these types are a picture; the query then holds what else the JSON would. */
const PICTURE_BODY = /^(image\/|application\/octet-stream)/i

/** Reads parameters, query and body by the schemas of a route. */
function requestReader(
  route: RestRoute,
): (request: FastifyRequest) => { params: unknown; query: unknown; body: unknown } {
  const readParams = textReader(route.params, 'path')
  const readQuery = textReader(route.query, 'query')
  const readFields = textReader(route.body, 'query')
  const readBody = jsonReader(route.body, 'body')
  return (request) => {
    const { wire } = request
    const hasPicture = route.body && PICTURE_BODY.test(wire.headers['content-type'] ?? '')
    return {
      params: readParams(request.params),
      query: readQuery(hasPicture ? {} : request.query),
      body: hasPicture
        ? readFields({ ...(request.query as object), picture: wire.body })
        : readBody(route.body && parseJson(wire.body)),
    }
  }
}

function textsOf(json: unknown): Record<string, string> {
  const fields = Object.entries((json ?? {}) as object)
  return Object.fromEntries(fields.filter(([, value]) => typeof value === 'string'))
}

function parseJson(body: Buffer): unknown {
  if (body.length === 0) return {}
  try {
    return JSON.parse(body.toString('utf8'))
  } catch (error) {
    throw problem('RequestMalformed', { reason: `the body is no JSON: ${clip((error as Error).message)}` })
  }
}

function sendRaw(request: FastifyRequest, reply: FastifyReply, answer: RawAnswer, stopping: AbortSignal): FastifyReply {
  const { contentType, body, headers = {} } = answer
  // A stream can last as long as an import: the server does not wait for it when it stops.
  if (body instanceof Readable) {
    const end = () => request.hangUp.abort()
    stopping.addEventListener('abort', end, { once: true })
    body.once('close', () => stopping.removeEventListener('abort', end))
  }
  return reply.type(contentType).headers(headers).send(body)
}
