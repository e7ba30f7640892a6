/**
 * What a supervisor asks: alive, ready, and the figures. Open to everybody who reaches the port.
 */
import type { FastifyInstance } from 'fastify'
import type { Metrics } from './metrics.ts'
import type { Services } from './services.ts'

export function registerHealth(app: FastifyInstance, services: Services, metrics: Metrics): void {
  const config = { check: 'public' } as const

  /** Touches nothing: a server whose disk is gone is alive all the same. */
  app.get('/healthz', { config, logLevel: 'warn' }, async () => ({ status: 'alive', version: services.version }))

  app.get('/readyz', { config, logLevel: 'warn' }, async (_request, reply) => {
    try {
      await services.ready()
      return { status: 'ready' }
    } catch (error) {
      return reply.code(503).send({ status: 'not ready', reason: (error as Error).message })
    }
  })

  app.get('/metrics', { config, logLevel: 'warn' }, async (_request, reply) =>
    reply.type(metrics.contentType).send(await metrics.text()),
  )
}
