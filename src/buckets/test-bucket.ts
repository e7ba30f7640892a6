/** Tries what an import will do with a bucket, one step after the other, until one fails. */
import { asProblem, SightlineError } from '../errors.ts'
import type { BucketTest } from './buckets.ts'
import type { Bucket, ObjectInfo } from './port.ts'

/** Asked for where nothing can be listed. */
const WELL_KNOWN = 'increment.meta'

export async function testBucket(open: () => Promise<Bucket>): Promise<BucketTest> {
  const steps: BucketTest['steps'][number][] = []
  let bucket: Bucket | undefined
  let object: ObjectInfo | undefined

  async function step(name: string, work: () => Promise<string>): Promise<boolean> {
    try {
      steps.push({ name, ok: true, detail: await work() })
      return true
    } catch (error) {
      const { message, hint } = asProblem(error)
      steps.push({ name, ok: false, detail: `${message} ${hint}` })
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

  const ok =
    (await step('open', async () => {
      bucket = await open()
      return 'the bucket is there'
    })) &&
    (await step('list', firstObject)) &&
    (object === undefined ||
      (await step('read a range', async () => {
        const { key, sizeBytes, etag } = object as ObjectInfo
        const end = Math.min(sizeBytes, 16)
        const { stream } = await (bucket as Bucket).get(key, { range: { start: 0, end }, ifMatch: etag })
        let bytes = 0
        for await (const chunk of stream) bytes += chunk.length
        return `${bytes} bytes of ${sizeBytes}`
      })))
  return { ok, steps }
}

function isProblem(error: unknown, code: SightlineError['code']): boolean {
  return error instanceof SightlineError && error.code === code
}
