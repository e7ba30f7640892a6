/**
 * The HTTP server: limits, request ids, the log of requests, errors that never leave as anything but JSON, and the
 * routes of all doors. A route without a declared check cannot be registered.
 */
import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import Fastify, { type FastifyInstance, type FastifyRequest, LogController } from 'fastify'
import { asProblem, problem, SightlineError } from '../errors.ts'
import { createAuthenticator } from './authenticate.ts'
import { registerConsole } from './console-routes.ts'
import type { Door } from './door.ts'
import { createDownloadLinks } from './download-links.ts'
import { registerHealth } from './health.ts'
import { createMetrics } from './metrics.ts'
import { createPictureFetcher } from './picture-url.ts'
import { createPictureReader } from './pictures.ts'
import { registerRest, restError } from './rest/index.ts'
import { registerGateway, rpcError } from './rpc/gateway.ts'
import { type WireRequest, wireRequest } from './rpc/wire.ts'
import type { Services } from './services.ts'

export interface ServerOptions {
  /** Default 8 MiB, as the official service. */
  readonly maxBodyBytes?: number
  /** Fetch pictures from loopback and private networks, too. Default false. */
  readonly allowPrivateAddresses?: boolean
  /** Key that signs download links; default a new one at every start. */
  readonly linkKey?: Uint8Array
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
const MAX_LOGGED_PATH = 200

export function createServer(services: Services, options: ServerOptions = {}): HttpServer {
  const { maxBodyBytes = MAX_BODY_BYTES, now = Date.now, requestTimeoutMs = REQUEST_TIMEOUT_MS } = options
  const maxHeaderSize = maxBodyBytes + HEADER_ROOM_BYTES
  const metrics = createMetrics(services)
  const stopping = new AbortController()

  const app = Fastify({
    loggerInstance: services.log,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: () => randomUUID().toUpperCase(),
    bodyLimit: maxBodyBytes,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
    http: {
      maxHeaderSize,
      headersTimeout: options.headersTimeoutMs ?? HEADERS_TIMEOUT_MS,
      connectionsCheckingInterval: Math.min(requestTimeoutMs, 5000),
    },
    routerOptions: { maxParamLength: 4096 },
    exposeHeadRoutes: false,
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    clientErrorHandler: (error, socket) => refuseConnection(error, socket, { maxHeaderSize, requestTimeoutMs }),
  }) as unknown as FastifyInstance

  prepareRequests(app, stopping.signal)
  app.addHook('onRoute', (route) => {
    if (!route.config?.check) throw new Error(`${route.method} ${route.url} has no check`)
  })
  app.addHook('onResponse', async (request, reply) => {
    const { action, principal, code } = request.seen
    const seconds = reply.elapsedTime / 1000
    // A public route's path can be a secret (a download link); its pattern says enough.
    const { config, url } = request.routeOptions
    const path = (config?.check === 'public' && url) || request.wire.path.slice(0, MAX_LOGGED_PATH)
    metrics.answered(action || url || 'none', code || String(reply.statusCode), seconds)
    // Never the query or the body: they can hold signatures and pictures.
    const line = { method: request.method, path, action, principal, remote: request.ip }
    const level = reply.statusCode >= 500 ? 'error' : 'info'
    request.log[level]({ ...line, status: reply.statusCode, code, ms: Math.round(reply.elapsedTime) }, 'request')
  })

  app.setErrorHandler((error, request, reply) => {
    const found = readError(error, maxBodyBytes)
    request.seen.code = found.code
    // Only errors of the table describe themselves to clients; the cause of others is in the log alone.
    if (found.status >= 500) request.log.error({ err: found.cause ?? found }, found.message)
    return reply
      .code(found.status)
      .send(isRpc(request.wire.path) ? rpcError(found, request) : restError(found, request))
  })
  app.setNotFoundHandler((request) => {
    throw problem('RouteNotFound', { method: request.method, path: request.wire.path.slice(0, MAX_LOGGED_PATH) })
  })

  const fetchPicture = createPictureFetcher({
    maxBytes: maxBodyBytes,
    ...(options.allowPrivateAddresses && { isAllowed: () => true }),
  })
  const door: Door = {
    services,
    authenticator: createAuthenticator({ access: services.access, now }),
    picture: createPictureReader({ fetchPicture }),
    links: createDownloadLinks({ now, ...(options.linkKey && { key: options.linkKey }) }),
    now,
    stopping: stopping.signal,
  }
  registerHealth(app, services, metrics)
  registerGateway(app, door)
  registerRest(app, door)
  registerConsole(app)

  return {
    async listen(address) {
      await app.listen(address)
      const { address: host, port } = app.server.address() as AddressInfo
      return { host, port }
    },
    async close(graceMs = 10_000) {
      stopping.abort(problem('StoppingNow', {}))
      const cut = setTimeout(() => app.server.closeAllConnections(), graceMs)
      await app.close().finally(() => clearTimeout(cut))
      metrics.close()
    },
  }
}

/** Raw bodies for all content types (signatures are over bytes), and what every request carries. */
function prepareRequests(app: FastifyInstance, stopping: AbortSignal): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.decorateRequest('wire')
  app.decorateRequest('seen')
  app.decorateRequest('hangUp')
  app.addHook('onRequest', async (request, reply) => {
    request.seen = { action: '', principal: '', code: '' }
    request.wire = wireOf(request, Buffer.alloc(0))
    request.hangUp = new AbortController()
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

function wireOf(request: FastifyRequest, body: Buffer): WireRequest {
  return wireRequest(request.method, request.raw.url ?? '/', request.headers, body)
}

function isRpc(path: string): boolean {
  return path === '/' || path.startsWith('/v2/image/') || path.startsWith('/item/')
}

function readError(error: unknown, maxBytes: number): SightlineError {
  if (error instanceof SightlineError) return error
  const { code, statusCode = 500, message } = error as { code?: string; statusCode?: number; message?: string }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return problem('BodyTooLarge', { maxBytes })
  if (statusCode >= 400 && statusCode < 500) return problem('RequestMalformed', { reason: message ?? '' })
  return asProblem(error)
}

/** Answers what never became a request: headers that do not end, are too large, or are no HTTP. */
function refuseConnection(
  error: Error & { code?: string },
  socket: Socket,
  limits: { maxHeaderSize: number; requestTimeoutMs: number },
): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const found =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? problem('HeadersTooLarge', { maxBytes: limits.maxHeaderSize })
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? problem('RequestTooSlow', { seconds: limits.requestTimeoutMs / 1000 })
        : problem('RequestMalformed', { reason: error.code ?? 'it is no HTTP' })
  const requestId = randomUUID().toUpperCase()
  const { code, message, hint, retryable } = found
  const body = JSON.stringify({
    error: { code, message, hint, retryable },
    requestId,
    Code: found.official,
    Message: message,
  })
  const head = [
    `HTTP/1.1 ${found.status} ${STATUS_CODES[found.status]}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}
