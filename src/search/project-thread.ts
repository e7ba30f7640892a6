/** One projection in a thread of its own: some 100 ms of arithmetic would hold up every request. */
import { parentPort, workerData } from 'node:worker_threads'
import { project } from './project.ts'

/** What the thread is given; it answers with a `Projection` and ends. */
export interface ProjectJob {
  readonly vectors: Float32Array
  readonly dimension: number
}

const { vectors, dimension } = workerData as ProjectJob
const projection = project(vectors, dimension)
parentPort?.postMessage(projection, [projection.places.buffer as ArrayBuffer])
