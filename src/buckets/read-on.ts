/** A body that goes on where it broke. */
import { clip, problem } from '../errors.ts'
import type { GetOptions, ObjectBody } from './port.ts'
import type { Attempt, Timing, Tries } from './tries.ts'

export interface OpenBody {
  readonly body: ObjectBody
  readonly parts: AsyncIterator<Uint8Array>
  readonly attempt: Attempt
}

export interface ReadOnParts {
  /** Of the bucket. */
  readonly name: string
  readonly first: OpenBody
  /** What was asked for at first. */
  readonly options: GetOptions
  /** Asks for the rest of the same object. */
  open(range: { start: number; end: number }, ifMatch: string): Promise<OpenBody>
  readonly tries: Tries
  readonly timing: Timing
  /** Waits for the bandwidth. */
  pace(bytes: number, signal?: AbortSignal): Promise<void>
}

/**
 * The bytes that were asked for, all of them and no more. The last piece comes when the answer has ended.
 *
 * @throws BucketUnreachable when it breaks again and again or takes too long, ObjectChanged
 */
export async function* readOn(parts: ReadOnParts): AsyncGenerator<Uint8Array> {
  const { name, first, options, open, tries, timing, pace } = parts
  const { info } = first.body
  const end = Math.min(options.range?.end ?? info.sizeBytes, info.sizeBytes)
  let position = Math.min(options.range?.start ?? 0, end)
  // The clock runs only while the store is waited for, not while the reader or the bandwidth is.
  let leftMs = timing.objectMs + ((end - position) / timing.slowestBytesPerSecond) * 1000
  let current: OpenBody | undefined = first
  let failures = 0

  async function timed<T>(work: () => Promise<T>): Promise<T> {
    const start = performance.now()
    try {
      return await work()
    } finally {
      leftMs -= performance.now() - start
    }
  }

  async function next(): Promise<Uint8Array | undefined> {
    current ??= await timed(() => open({ start: position, end }, info.etag))
    const { attempt, parts } = current
    const limit =
      leftMs < timing.idleMs
        ? { ms: Math.max(0, leftMs), reason: 'it is so slow that the time for the object was over before its end' }
        : { ms: timing.idleMs, reason: `no byte within ${timing.idleMs / 1000} seconds` }
    const part = await attempt.answer(() => timed(() => parts.next()), limit)
    if (!part.done) return part.value
    if (position < end) {
      throw problem('BucketUnreachable', { name, reason: `an answer ended at byte ${position} of ${end}` })
    }
    return undefined
  }

  try {
    let held: Uint8Array | undefined
    for (;;) {
      let part: Uint8Array | undefined
      try {
        part = await next()
      } catch (error) {
        current?.attempt.end(current.parts)
        current = undefined
        // Without an etag the rest may be another object's.
        const canGoOn = info.etag !== '' && leftMs > 0
        await tries.pauseAfter(error, canGoOn ? ++failures : timing.attempts, options.signal)
        continue
      }
      if (part) {
        failures = 0
        position += part.length
        if (position > end) throw problem('ObjectChanged', { key: clip(info.key) })
        await pace(part.length, options.signal)
      }
      if (held) yield held
      if (!part) return
      held = part
    }
  } finally {
    current?.attempt.end(current.parts)
  }
}
