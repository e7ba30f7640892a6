import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
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
    model: { id: model.id, dimension: model.dimension },
    analyse: (bytes, { priority, signal, ...options }) => pool.run(bytes, options, priority, signal),
    load: pool.load,
    close: pool.close,
  }
}
