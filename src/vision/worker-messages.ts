/** What the pool and its worker processes say to each other. */
import type { ErrorCode } from '../errors.ts'
import type { AnalyseOptions, Analysis } from './index.ts'

export type WorkerOptions = Pick<AnalyseOptions, 'rules' | 'region' | 'crop' | 'thumbnail'>

/** An analysis as the worker makes it: it does not know how long the picture had waited. */
export type WorkerAnalysis = Omit<Analysis, 'timings'> & { readonly timings: Omit<Analysis['timings'], 'waitMs'> }

export type WorkerRequest =
  | { readonly kind: 'analyse'; readonly bytes: Uint8Array; readonly options: WorkerOptions }
  | { readonly kind: 'text'; readonly text: string }

/** Of a text its vector, of length 1. */
export type AnswerTo<R extends WorkerRequest> = R extends { readonly kind: 'text' } ? Float32Array : WorkerAnalysis
export type WorkerAnswer = AnswerTo<WorkerRequest>

export type ToWorker =
  | (WorkerRequest & { readonly id: number })
  /** The turn that was asked for; it ends with the picture. */
  | { readonly kind: 'turn'; readonly id: number }

export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'unusable'; readonly failure: WorkerFailure }
  /** The picture is large: it goes on when no other large one is in work. */
  | { readonly kind: 'turn'; readonly id: number }
  | { readonly kind: 'done'; readonly id: number; readonly answer: WorkerAnswer }
  | { readonly kind: 'failed'; readonly id: number; readonly failure: WorkerFailure }

/** An error of the table by its fields (a class does not survive the way), or the text of one that nobody expected. */
export type WorkerFailure = { readonly code: ErrorCode; readonly message: string } | { readonly unexpected: string }
