/**
 * The program of a worker process: one session of the model, one libvips thread, pictures from the parent.
 *
 * A process and not a thread, because the native decoders can crash, and a thread that is killed while one of them runs
 * takes the server with it.
 */
import sharp from 'sharp'
import { asProblem } from '../errors.ts'
import { createAnalyser } from './analyse.ts'
import { loadEncoder } from './encoder.ts'
import type { Model } from './model.ts'
import { loadTextEncoder } from './text-encoder.ts'
import type { FromWorker, ToWorker, WorkerFailure } from './worker-messages.ts'

// The parent decides when work ends (Ctrl-C reaches the whole group); when it is gone, nobody waits for a result.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))

sharp.concurrency(1)
sharp.cache(false)

/** Pixels that outlived a small collection wait for a large one, which V8 puts off until there are 50 MB of them. */
const COLLECT_EVERY = 200
let answered = 0

const turns = new Map<number, () => void>()

try {
  const model = JSON.parse(process.argv[2]!) as Model
  const analyse = createAnalyser(await loadEncoder(model))
  const embedText = model.text && (await loadTextEncoder(model.text, model.dimension))
  process.on('message', async (message: ToWorker) => {
    if (message.kind === 'turn') return turns.get(message.id)?.()
    const { id } = message
    const turn = (): Promise<void> =>
      new Promise((resolve) => {
        turns.set(id, resolve)
        reply({ kind: 'turn', id })
      })
    try {
      const answer =
        message.kind === 'analyse'
          ? await analyse(message.bytes, message.options, turn)
          : await embedText!(message.text)
      reply({ kind: 'done', id, answer })
    } catch (error) {
      reply({ kind: 'failed', id, failure: failureOf(error) })
    }
    turns.delete(id)
    if (++answered % COLLECT_EVERY === 0) globalThis.gc?.()
  })
  reply({ kind: 'ready' })
} catch (error) {
  reply({ kind: 'unusable', failure: failureOf(error) })
}

function reply(message: FromWorker): void {
  // A parent that was killed is told nothing any more; 'disconnect' follows.
  process.send!(message, () => {})
}

function failureOf(error: unknown): WorkerFailure {
  const { code, message, cause } = asProblem(error)
  if (code !== 'InternalError') return { code, message }
  return { unexpected: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause) }
}
