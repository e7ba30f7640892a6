import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { problem } from '../errors.ts'
import { consoleFiles } from './console.ts'

/** The console's files are open to all; what they show is asked for with the credentials of whoever signs in. */
export function registerConsole(app: FastifyInstance): void {
  const files = consoleFiles()
  const config = { check: 'public' } as const
  const serve = async ({ wire, headers }: FastifyRequest, reply: FastifyReply) => {
    const answer = await files.answer(wire.path, String(headers['accept-encoding'] ?? ''))
    if (!answer) throw problem('RouteNotFound', { method: wire.method, path: wire.path })
    return reply.code(answer.status).headers(answer.headers).send(answer.body)
  }
  // `/` is the official API's, which no browser asks by its address bar.
  app.addHook('onRequest', async ({ method, raw, headers }, reply) => {
    if (method === 'GET' && raw.url === '/' && headers.accept?.includes('text/html')) return reply.redirect('/console/')
  })
  app.get('/console', { config }, serve)
  app.get('/console/*', { config }, serve)
}
