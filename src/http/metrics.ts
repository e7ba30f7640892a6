/**
 * Figures for Prometheus.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Services } from './services.ts'

export interface Metrics {
  readonly contentType: string
  text(): Promise<string>
  /** @param action of the official API, or method and path of a route @param code of the error, or the HTTP status */
  answered(action: string, code: string, seconds: number): void
  close(): void
}

const TICK_MS = 10
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

export function createMetrics({ vision, instances, images, vectors }: Services): Metrics {
  const registers = [new Registry()]
  const [registry] = registers as [Registry]
  const requests = new Counter({
    name: 'sightline_requests_total',
    help: 'Requests answered, by action or route and by error code or status.',
    labelNames: ['action', 'code'],
    registers,
  })
  const seconds = new Histogram({
    name: 'sightline_request_seconds',
    help: 'Time from the request line to the answer.',
    labelNames: ['action'],
    buckets: SECONDS,
    registers,
  })

  new Gauge({
    name: 'sightline_vision_pictures',
    help: 'Pictures that wait for a worker or are in work, and the workers there are.',
    labelNames: ['state'],
    registers,
    collect() {
      for (const [state, count] of Object.entries(vision.load())) this.set({ state }, count)
    },
  })
  const stored = new Gauge({
    name: 'sightline_images',
    help: 'Images stored.',
    labelNames: ['instance'],
    registers,
  })
  const pending = new Gauge({
    name: 'sightline_index_pending_changes',
    help: 'Changes that are searchable but not yet in the table of the vector index.',
    labelNames: ['instance'],
    registers,
  })

  const delay = monitorEventLoopDelay({ resolution: TICK_MS })
  delay.enable()
  new Gauge({
    name: 'sightline_event_loop_delay_seconds',
    help: 'Delay of the event loop since the figures were last read.',
    labelNames: ['quantile'],
    registers,
    collect() {
      // What is measured is the time between two ticks: the tick itself is no delay.
      for (const quantile of [0.5, 0.99, 1])
        this.set({ quantile }, Math.max(0, delay.percentile(quantile * 100) / 1e9 - TICK_MS / 1000))
      delay.reset()
    },
  })
  new Gauge({
    name: 'process_resident_memory_bytes',
    help: 'Resident memory.',
    registers,
    collect() {
      this.set(process.memoryUsage.rss())
    },
  })

  async function readInstances(): Promise<void> {
    stored.reset()
    pending.reset()
    for (const { id, name } of await instances.list()) {
      stored.set({ instance: name }, await images.count(id))
      pending.set({ instance: name }, vectors.state(id).pending)
    }
  }

  return {
    contentType: registry.contentType,
    async text() {
      await readInstances()
      return registry.metrics()
    },
    answered(action, code, duration) {
      requests.inc({ action, code })
      seconds.observe({ action }, duration)
    },
    close() {
      delay.disable()
    },
  }
}
