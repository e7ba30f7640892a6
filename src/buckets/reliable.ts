/**
 * What every bucket gets around its driver: time limits, another try where that can help, bodies and listings that go
 * on where they broke, length and checksum checked, a bound on how much of the store is taken.
 *
 * Only BucketUnreachable is tried again: all other errors stay what they are when the same is asked twice.
 */
import { checkBody } from './check-body.ts'
import type { Limits } from './limits.ts'
import type { Bucket, ObjectInfo } from './port.ts'
import { type OpenBody, readOn } from './read-on.ts'
import { createTries, TIMING, type Timing } from './tries.ts'

export interface ReliableParts {
  readonly name: string
  /** The driver to ask now; another one after credentials have changed. */
  readonly driver: () => Promise<Bucket>
  readonly limits: Limits
  readonly timing?: Partial<Timing>
}

export function reliable({ name, driver, limits, timing: given }: ReliableParts): Bucket {
  const timing = { ...TIMING, ...given }
  const tries = createTries(name, timing, limits)
  const check = checkBody()

  return {
    name,

    head: (key, signal) => tries.once(async (stop) => (await driver()).head(key, stop), signal),

    children: (prefix, limit, signal) =>
      tries.once(async (stop) => (await driver()).children(prefix, limit, stop), signal),

    async get(key, options = {}) {
      async function open(range = options.range, ifMatch = options.ifMatch): Promise<OpenBody> {
        const attempt = tries.begin(options.signal)
        const given = { signal: attempt.stop, ...(range && { range }), ...(ifMatch !== undefined && { ifMatch }) }
        try {
          const body = await attempt.answer(async () => (await driver()).get(key, given))
          return { body, parts: body.stream[Symbol.asyncIterator](), attempt }
        } catch (error) {
          attempt.end()
          throw error
        }
      }

      const first = await tries.until(() => open(), options.signal)
      const isWhole = options.range === undefined
      const stream = readOn({ name, first, options, open, tries, timing, pace: limits.pace })
      return { ...first.body, stream: isWhole ? check(first.body, stream) : stream }
    },

    async *list(prefix, signal) {
      let last: string | undefined
      let failures = 0
      for (;;) {
        const attempt = tries.begin(signal)
        let bucket: Bucket | undefined
        let items: AsyncIterator<ObjectInfo> | undefined
        try {
          bucket = await driver()
          const listing =
            last === undefined ? bucket.list(prefix, attempt.stop) : bucket.listAfter?.(prefix, last, attempt.stop)
          items = (listing as AsyncIterable<ObjectInfo>)[Symbol.asyncIterator]()
          for (;;) {
            const item = await attempt.answer(() => (items as AsyncIterator<ObjectInfo>).next())
            if (item.done) return
            failures = 0
            last = item.value.key
            yield item.value
          }
        } catch (error) {
          const canGoOn = last === undefined || bucket?.listAfter !== undefined
          await tries.pauseAfter(error, canGoOn ? ++failures : timing.attempts, signal)
        } finally {
          attempt.end(items)
        }
      }
    },
  }
}
