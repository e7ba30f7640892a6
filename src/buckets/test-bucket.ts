/** Tries what an import will do with a bucket, one step after the other, until one fails that the others need. */
import { asProblem, SightlineError } from '../errors.ts'
import type { BucketTest } from './buckets.ts'
import type { Bucket, GetOptions, ObjectInfo } from './port.ts'

/** Asked for where nothing can be listed. */
const WELL_KNOWN = 'increment.meta'
/** Of an object: enough to see that it comes. */
const MOST_BYTES = 1024 * 1024
const RANGE_BYTES = 16

export async function testBucket(open: () => Promise<Bucket>): Promise<BucketTest> {
  const done: BucketTest['steps'][number][] = []
  let bucket: Bucket | undefined
  let object: ObjectInfo | undefined
  let isUnlisted = false

  async function step(name: string, work: () => Promise<string>): Promise<boolean> {
    try {
      done.push({ name, ok: true, detail: await work() })
      return true
    } catch (error) {
      const { message, hint } = asProblem(error)
      done.push({ name, ok: false, detail: `${message} ${hint}` })
      return false
    }
  }

  async function firstObject(): Promise<string> {
    try {
      for await (const found of (bucket as Bucket).list('')) {
        object = found
        return `the first object is ${found.key}`
      }
      return 'it works; there are no objects yet'
    } catch (error) {
      isUnlisted = isProblem(error, 'BucketNotPermitted')
      if (!isProblem(error, 'BucketNotListable')) throw error
      return `HTTP has no listings; ${await wellKnownObject()}`
    }
  }

  async function wellKnownObject(): Promise<string> {
    try {
      object = await (bucket as Bucket).head(WELL_KNOWN)
      return `${WELL_KNOWN} is there`
    } catch (error) {
      if (!isProblem(error, 'ObjectNotFound')) throw error
      return `the server answers, and has no ${WELL_KNOWN} directly below the URL`
    }
  }

  async function readFirst(options: GetOptions): Promise<string> {
    const { key, sizeBytes, etag } = object as ObjectInfo
    const { stream } = await (bucket as Bucket).get(key, { ...options, ifMatch: etag })
    let bytes = 0
    for await (const chunk of stream) {
      bytes += chunk.length
      if (bytes > MOST_BYTES) break
    }
    return `${bytes} bytes of ${sizeBytes}`
  }

  async function openBucket(): Promise<string> {
    bucket = await open()
    return 'the bucket is there'
  }

  async function tryAll(): Promise<void> {
    if (!(await step('open', openBucket))) return
    await step('list', firstObject)
    // Who may not list may still import: names are in the manifest.
    if (isUnlisted) await step('find a manifest', wellKnownObject)
    if (!object) return
    const range = { start: 0, end: Math.min(object.sizeBytes, RANGE_BYTES) }
    if (await step('read', () => readFirst({}))) await step('read a range', () => readFirst({ range }))
  }

  await tryAll()
  return { ok: done.every(({ ok }) => ok), steps: done }
}

function isProblem(error: unknown, code: SightlineError['code']): boolean {
  return error instanceof SightlineError && error.code === code
}
