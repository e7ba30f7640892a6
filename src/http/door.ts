import type { FastifyReply, FastifyRequest } from 'fastify'
import type { RequestConditions } from '../access/index.ts'
import type { Authenticator, Caller } from './authenticate.ts'
import type { DownloadLinks } from './download-links.ts'
import type { PictureReader } from './pictures.ts'
import type { RateLimits } from './rate-limits.ts'
import type { Call } from './rpc/action.ts'
import type { Services } from './services.ts'
import type { Uploads } from './uploads/uploads.ts'

/** What every door has at hand. */
export interface Door {
  readonly services: Services
  readonly authenticator: Authenticator
  readonly picture: PictureReader
  readonly links: DownloadLinks
  readonly uploads: Uploads
  readonly limits: RateLimits
  readonly now: () => number
  /** Aborted when the server stops. */
  readonly stopping: AbortSignal
}

/** Notes who calls, and settles the request's nonce when the answer was sent or the connection broke. */
export function admit(request: FastifyRequest, reply: FastifyReply, caller: Caller): void {
  request.seen.principal = caller.principal.arn
  reply.raw.once('close', () => caller.settle(reply.raw.writableFinished))
}

export function conditions(request: FastifyRequest, now: () => number): RequestConditions {
  return {
    sourceIp: request.ip,
    isTls: request.protocol === 'https',
    nowMs: now(),
    userAgent: request.headers['user-agent'] ?? '',
    requestId: request.id,
  }
}

/** Address under which the caller reaches this server. */
function baseUrl(request: FastifyRequest): string {
  return `${request.protocol}://${request.headers.host ?? request.host}`
}

/** What an action has at hand, of this request. */
export function callOf(request: FastifyRequest, reply: FastifyReply, door: Door, caller: Caller): Call {
  const { services, picture, links, uploads, limits, now } = door
  return {
    services,
    picture,
    links,
    uploads,
    principal: caller.principal,
    conditions: conditions(request, now),
    limit: (instance, permission) => limits.take(instance, permission, reply),
    host: request.headers.host ?? '',
    baseUrl: baseUrl(request),
    signal: request.hangUp.signal,
  }
}
