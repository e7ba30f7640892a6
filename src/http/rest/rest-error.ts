import type { FastifyRequest } from 'fastify'
import type { SightlineError } from '../../errors.ts'

/** The body of an error of `/v1` and of everything that is no official API. */
export function restError({ code, message, hint, retryable, detail }: SightlineError, request: FastifyRequest): object {
  return { error: { code, message, hint, retryable, ...(detail && { detail }) }, requestId: request.id }
}
