/** A worker thread: its own session of the model, its own libvips thread. Speaks the messages of thread-messages.ts. */
import { parentPort, workerData } from 'node:worker_threads'
import sharp from 'sharp'
import { asProblem } from '../errors.ts'
import { createAnalyser } from './analyse.ts'
import { loadEncoder } from './encoder.ts'
import type { ThreadFailure, ThreadReply, ThreadRequest, ThreadSetup } from './thread-messages.ts'
import { inTurn } from './turn.ts'

sharp.concurrency(1)
sharp.cache(false)

const { model, turn, owner } = workerData as ThreadSetup
const port = parentPort!
const reply = (message: ThreadReply, transfer: readonly ArrayBuffer[] = []): void => port.postMessage(message, transfer)

try {
  const analyse = createAnalyser({
    encoder: await loadEncoder(model),
    inTurn: (work) => inTurn(turn, owner, work),
  })
  port.on('message', async ({ id, bytes, options }: ThreadRequest) => {
    try {
      const analysis = await analyse(bytes, options)
      reply({ kind: 'done', id, analysis })
    } catch (error) {
      reply({ kind: 'failed', id, failure: failureOf(error) })
    }
  })
  reply({ kind: 'ready' })
} catch (error) {
  reply({ kind: 'unusable', failure: failureOf(error) })
}

/** Only the fields of a table error: a class does not survive the way to another thread. */
function failureOf(error: unknown): ThreadFailure {
  const { code, message } = asProblem(error)
  return code === 'InternalError' ? { cause: error } : { code, message }
}
