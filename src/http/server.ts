/**
 * The HTTP server: limits, request ids, the log of requests, errors that never leave as anything but JSON, and the
 * routes of all doors. A route without a declared check cannot be registered.
 */
import { randomBytes, randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest, LogController } from 'fastify'
import { problem } from '../errors.ts'
import { answerErrors, readError, refuseConnection, sendError } from './answer-errors.ts'
import { createAuthenticator } from './authenticate.ts'
import { type Certificate, sortConnections } from './connections.ts'
import { registerConsole } from './console-routes.ts'
import type { Door } from './door.ts'
import { createDownloadLinks } from './download-links.ts'
import { given } from './given.ts'
import { registerHealth } from './health.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { createPictureFetcher } from './picture-url.ts'
import { createPictureReader } from './pictures.ts'
import { createRateLimits } from './rate-limits.ts'
import { readBody } from './read-body.ts'
import { registerRest } from './rest/index.ts'
import { registerGateway } from './rpc/gateway.ts'
import { registerVersion2018 } from './rpc/version-2018.ts'
import { registerVersion2019 } from './rpc/version-2019.ts'
import { type WireRequest, wireRequest } from './rpc/wire.ts'
import type { Services } from './services.ts'
import { createUploads } from './uploads/uploads.ts'

export interface ServerOptions {
  /** Default 8 MiB, as the official service. */
  readonly maxBodyBytes?: number
  /** Fetch pictures from loopback and private networks, too. Default false. */
  readonly allowPrivateAddresses?: boolean
  /** Key that signs download links and permissions to upload; default a new one at every start. */
  readonly signingKey?: Uint8Array
  /** For the uploads of Advance calls; default a temporary one. Emptied at the first upload. */
  readonly uploadFolder?: string
  /** Speak TLS on the same port. */
  readonly certificate?: Certificate
  readonly now?: () => number
  /** For a whole request to arrive; default 120 s. */
  readonly requestTimeoutMs?: number
  /** For request line and headers to arrive; default 20 s. */
  readonly headersTimeoutMs?: number
}

export interface HttpServer {
  /** @returns the address in force, with the port that 0 stood for */
  listen(address: { host: string; port: number }): Promise<{ host: string; port: number }>
  /** Takes no more requests; those in work may finish for `graceMs` (default 10 s), then connections are cut. */
  close(graceMs?: number): Promise<void>
}

/** How a route checks its caller: it does, or says why everybody may call it. */
export type Check = 'credentials' | 'public'

/** What the log and the metrics say of a request; filled while it is handled. */
export interface Seen {
  /** `AddImage`, or method and path of a route; '' = none was found. */
  action: string
  /** ARN of the caller; '' = not known (yet). */
  principal: string
  /** Code of the error that was answered; '' = none. */
  code: string
  /** One of the actions whose errors have the official console's codes. */
  isConsole?: boolean
}

declare module 'fastify' {
  interface FastifyRequest {
    wire: WireRequest
    seen: Seen
    /** Aborted when the caller hangs up; also when the server stops while a stream without end is the answer. */
    hangUp: AbortController
  }
  interface FastifyContextConfig {
    check?: Check
  }
}

const MAX_BODY_BYTES = 8 * 1024 * 1024
/** SDK 1.0.2 sends the picture in the request line, so the line may have what a body may have, and some headers. */
const HEADER_ROOM_BYTES = 64 * 1024
/** Java clients keep idle connections for five minutes; one that we close first breaks a request. */
const KEEP_ALIVE_MS = 310_000
const REQUEST_TIMEOUT_MS = 120_000
const HEADERS_TIMEOUT_MS = 20_000
const CHECK_CONNECTIONS_MS = 5000
const MAX_LOGGED_PATH = 200
const MAX_ROUTE_QUERY = 64 * 1024

export function createServer(services: Services, options: ServerOptions = {}): HttpServer {
  const limits = {
    maxBodyBytes: options.maxBodyBytes ?? MAX_BODY_BYTES,
    requestTimeoutMs: options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
    headersTimeoutMs: options.headersTimeoutMs ?? HEADERS_TIMEOUT_MS,
  }
  const metrics = createMetrics(services)
  const stopping = new AbortController()
  const door = openDoor(services, options, limits.maxBodyBytes, stopping.signal)

  const app = openFastify(services, limits)
  prepareRequests(app, limits.maxBodyBytes, stopping.signal)
  watchRequests(app, metrics)
  answerErrors(app)
  app.addHook('onRoute', (route) => {
    if (!route.config?.check) throw new Error(`${route.method} ${route.url} has no check`)
  })
  registerHealth(app, services, metrics)
  registerGateway(app, door)
  registerVersion2019(app, door)
  registerVersion2018(app, door)
  registerRest(app, door)
  registerConsole(app)
  const closeSilent = sortConnections(app.server, options.certificate, limits.headersTimeoutMs)

  return {
    async listen(address) {
      await app.listen(address)
      const { address: host, port } = app.server.address() as AddressInfo
      return { host, port }
    },
    async close(graceMs = 10_000) {
      stopping.abort(problem('StoppingNow', {}))
      const cut = setTimeout(() => app.server.closeAllConnections(), graceMs)
      closeSilent()
      await app.close().finally(() => clearTimeout(cut))
      await door.uploads.close()
      metrics.close()
    },
  }
}

interface Limits {
  readonly maxBodyBytes: number
  readonly requestTimeoutMs: number
  readonly headersTimeoutMs: number
}

function openFastify(services: Services, limits: Limits): FastifyInstance {
  const { maxBodyBytes, requestTimeoutMs, headersTimeoutMs } = limits
  const maxHeaderSize = maxBodyBytes + HEADER_ROOM_BYTES
  return Fastify({
    loggerInstance: services.log,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: () => randomUUID().toUpperCase(),
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
    http: {
      // Node would answer a request without Host by itself, with an empty body.
      requireHostHeader: false,
      maxHeaderSize,
      headersTimeout: headersTimeoutMs,
      connectionsCheckingInterval: Math.min(requestTimeoutMs, CHECK_CONNECTIONS_MS),
    },
    routerOptions: { maxParamLength: 4096, querystringParser: parseQuery },
    exposeHeadRoutes: false,
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    clientErrorHandler: (error, socket) => refuseConnection(error, socket, { maxHeaderSize, requestTimeoutMs }),
    // An address that cannot be decoded: no hook has seen the request.
    frameworkErrors: (error, request, reply) => {
      equip(request as unknown as FastifyRequest)
      sendError(readError(error), request as unknown as FastifyRequest, reply as unknown as FastifyReply)
    },
  }) as unknown as FastifyInstance
}

function openDoor(services: Services, options: ServerOptions, maxBytes: number, stopping: AbortSignal): Door {
  const { now = Date.now, signingKey = randomBytes(32), uploadFolder, allowPrivateAddresses } = options
  const uploads = createUploads({ signingKey, now, ...given({ folder: uploadFolder }) })
  const fetchPicture = createPictureFetcher({ maxBytes, ...(allowPrivateAddresses && { isAllowed: () => true }) })
  return {
    services,
    authenticator: createAuthenticator({ access: services.access, now }),
    picture: createPictureReader({ fetchPicture, uploads }),
    links: createDownloadLinks({ now, key: signingKey }),
    uploads,
    limits: createRateLimits({ now }),
    now,
    stopping,
  }
}

/** One line of the log and one observation a request. */
function watchRequests(app: FastifyInstance, metrics: Metrics): void {
  app.addHook('onResponse', async (request, reply) => {
    const { action, principal, code } = request.seen
    const { config, url } = request.routeOptions
    metrics.answered(action || url || 'none', code || String(reply.statusCode), reply.elapsedTime / 1000)
    // Never the query or the body: they can hold signatures and pictures. A public route's path can be a secret, too
    // (a download link); its pattern says enough.
    const path = (config?.check === 'public' && url) || request.wire.path.slice(0, MAX_LOGGED_PATH)
    const line = { method: request.method, path, action, principal, remote: request.ip }
    const level = reply.statusCode >= 500 ? 'error' : 'info'
    request.log[level]({ ...line, status: reply.statusCode, code, ms: Math.round(reply.elapsedTime) }, 'request')
  })
}

/** Raw bodies for all content types (signatures are over bytes), and what every request carries. */
function prepareRequests(app: FastifyInstance, maxBodyBytes: number, stopping: AbortSignal): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request: FastifyRequest, payload: IncomingMessage) => readBody(payload, maxBodyBytes))
  app.decorateRequest('wire')
  app.decorateRequest('seen')
  app.decorateRequest('hangUp')
  app.addHook('onRequest', async (request, reply) => {
    equip(request)
    reply.raw.once('close', () => {
      if (!reply.raw.writableFinished) request.hangUp.abort()
    })
    if (!stopping.aborted) return
    reply.header('connection', 'close')
    throw problem('StoppingNow', {})
  })
  app.addHook('preValidation', async (request) => {
    if (Buffer.isBuffer(request.body)) request.wire = wireOf(request, request.body)
  })
}

/** Routes have short queries. Longer ones are signed by old SDKs; their door reads them by itself. */
function parseQuery(text: string): Record<string, string> {
  return text.length > MAX_ROUTE_QUERY ? {} : Object.fromEntries(new URLSearchParams(text))
}

function equip(request: FastifyRequest): void {
  request.seen = { action: '', principal: '', code: '' }
  request.wire = wireOf(request, Buffer.alloc(0))
  request.hangUp = new AbortController()
}

function wireOf(request: FastifyRequest, body: Buffer): WireRequest {
  return wireRequest(request.method, request.raw.url ?? '/', request.headers, body)
}
