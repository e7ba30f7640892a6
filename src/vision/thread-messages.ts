/** What the pool and its threads say to each other. */
import type { ErrorCode } from '../errors.ts'
import type { ThreadAnalysis, ThreadOptions } from './analyse.ts'
import type { Model } from './model.ts'
import type { Turn } from './turn.ts'

/** `workerData` of a thread. */
export interface ThreadSetup {
  readonly model: Model
  readonly turn: Turn
  /** Number of the thread in `turn`; never given twice. */
  readonly owner: number
}

export interface ThreadRequest {
  readonly id: number
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly options: ThreadOptions
}

export type ThreadReply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'unusable'; readonly failure: ThreadFailure }
  | { readonly kind: 'done'; readonly id: number; readonly analysis: ThreadAnalysis }
  | { readonly kind: 'failed'; readonly id: number; readonly failure: ThreadFailure }

/** An error of the table by its fields (a class does not survive the way between threads), or one that nobody expected. */
export type ThreadFailure = { readonly code: ErrorCode; readonly message: string } | { readonly cause: unknown }
