/**
 * Errors as answers: every one is JSON (XML after a form post), in the shape that the door's clients read.
 */
import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { asProblem, problem, SightlineError } from '../errors.ts'
import { restError } from './rest/rest-error.ts'
import { officialStatus, rpcError } from './rpc/official-errors.ts'
import { formPostError, isFormPost } from './uploads/form-post.ts'

const MAX_SHOWN_PATH = 200
/** For the log and the metrics only. */
const CALLER_GONE = 499

export function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => {
    const found = readError(error)
    // Nobody reads the answer any more, and what was left undone for that is no fault.
    if (request.hangUp.signal.aborted) {
      request.seen.code = 'CallerGone'
      return reply.code(CALLER_GONE).send()
    }
    // Only errors of the table describe themselves to clients; the cause of others is in the log alone.
    if (found.status >= 500) request.log.error({ err: found.cause ?? found }, found.message)
    return sendError(found, request, reply)
  })
  app.setNotFoundHandler((request) => {
    throw problem('RouteNotFound', { method: request.method, path: request.wire.path.slice(0, MAX_SHOWN_PATH) })
  })
}

export function sendError(error: SightlineError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  request.seen.code = error.code
  reply.code(officialStatus(error, request))
  if (isFormPost(request.wire)) {
    const { type, body } = formPostError(error, request)
    return reply.type(type).send(body)
  }
  return reply.send(isRpc(request.wire.path) ? rpcError(error, request) : restError(error, request))
}

function isRpc(path: string): boolean {
  return path === '/' || path.startsWith('/v2/image/') || path.startsWith('/item/')
}

export function readError(error: unknown): SightlineError {
  if (error instanceof SightlineError) return error
  const { statusCode = 500, message } = error as { statusCode?: number; message?: string }
  if (statusCode >= 400 && statusCode < 500) return problem('RequestMalformed', { reason: message ?? '' })
  return asProblem(error)
}

/** Answers what never became a request: headers that do not end, are too large, or are no HTTP. */
export function refuseConnection(
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
