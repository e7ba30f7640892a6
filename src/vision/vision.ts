import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { problem } from '../errors.ts'
import type { Vision } from './index.ts'
import { readModel } from './model.ts'
import { createPool } from './pool.ts'

export interface VisionOptions {
  /** Folder with a `model.json`. */
  readonly modelFolder: string
  /** Processes that decode and embed; default: one a processor. */
  readonly workers?: number
  /** A picture that takes longer is given up, and the worker that has it is replaced; default 30 s. */
  readonly deadlineMs?: number
}

const DEADLINE_MS = 30_000
const WORKER_FILE = `./worker-process.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`

/**
 * Starts the worker processes; each is ready, with the model loaded, when the promise resolves.
 *
 * @throws ModelUnusable
 */
export async function createVision({ modelFolder, workers, deadlineMs }: VisionOptions): Promise<Vision> {
  const model = await readModel(modelFolder)
  const pool = await createPool({
    model,
    program: fileURLToPath(new URL(WORKER_FILE, import.meta.url)),
    workers: workers ?? availableParallelism(),
    deadlineMs: deadlineMs ?? DEADLINE_MS,
  })
  return {
    model: { id: model.id, dimension: model.dimension, readsText: model.text !== undefined },
    async analyse(bytes, { priority, signal, ...options }) {
      const { answer, waitMs } = await pool.run({ kind: 'analyse', bytes, options }, priority, signal)
      return { ...answer, timings: { ...answer.timings, waitMs } }
    },
    async embedText(text, signal) {
      if (!model.text) throw problem('TextEncoderMissing', { model: model.id })
      return (await pool.run({ kind: 'text', text }, 'search', signal)).answer
    },
    load: pool.load,
    close: pool.close,
  }
}
