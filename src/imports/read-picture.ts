/** Reads the picture of a row from the bucket: finds its object, asks the role, bounds the bytes. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Bucket } from '../buckets/index.ts'
import { clip, problem } from '../errors.ts'
import { PICTURE_RULES } from '../vision/index.ts'
import { listedObjects } from './listed-objects.ts'
import { isProblem, type MayRead } from './manifest.ts'
import { nearNames } from './near-names.ts'

/** No picture rules take more; `images.put` checks those of the instance. */
const MAX_BYTES = Math.max(...Object.values(PICTURE_RULES).map((rules) => rules.maxBytes))
/** An object may be written while it is read, or arrive damaged; that passes. */
const ATTEMPTS = 3
const RETRY_MS = 200
/** Looking for near names lists a folder: after so many missing objects the cause is clear anyway. */
const MAX_HINTS = 100

/** An object as it was when it was looked at. */
export interface PictureObject {
  readonly key: string
  readonly etag: string
}

export interface Picture extends PictureObject {
  readonly bytes: Uint8Array
}

export interface PictureSource {
  /** @throws RowObjectMissing, RowNotPermitted, PictureTooHeavy, Object* errors, BucketUnreachable */
  read(picName: string, signal: AbortSignal): Promise<Picture>
  /** The same without reading it. @throws the same, as far as listing and the role tell */
  check(picName: string, maxBytes: number, signal: AbortSignal): Promise<void>
  /** The object that `read` would read, as the folder was listed; undefined = none that could be. @throws BucketUnreachable */
  locate(picName: string, signal: AbortSignal): Promise<PictureObject | undefined>
}

/**
 * Where the picture of a row may lie: relative to the folder of the manifest, or else to the root of the bucket. None
 * when the role may not look at the first place; `missing` then names the permission. When it may not look at the
 * second one, a picture that is not at the first is missing.
 *
 * @param folder prefix of the manifest's folder
 */
export function readableKeys(folder: string, picName: string, mayRead: MayRead) {
  const { allowed, missing } = mayRead(folder + picName)
  const keys = allowed ? [folder + picName] : []
  if (allowed && folder !== '' && mayRead(picName).allowed) keys.push(picName)
  return { keys, missing }
}

/**
 * @param folder prefix of the manifest's folder
 * @param mayRead what the role of the import allows
 */
export function pictureSource(bucket: Bucket, folder: string, mayRead: MayRead): PictureSource {
  const listed = listedObjects(bucket, folder)
  let hints = 0

  async function missing(picName: string): Promise<Error> {
    const hint = hints++ < MAX_HINTS ? await nearNames(bucket, folder + picName, mayRead) : undefined
    return problem(
      'RowObjectMissing',
      { picName: clip(picName), folder: clip(`/${folder}`) },
      { ...(hint && { hint }) },
    )
  }

  /** Tries the places where the picture may lie. */
  async function inPlace<T>(picName: string, look: (key: string) => Promise<T>): Promise<T> {
    const { keys, missing: right } = readableKeys(folder, picName, mayRead)
    if (keys.length === 0) throw problem('RowNotPermitted', { key: clip(folder + picName), missing: right })
    for (const key of keys) {
      try {
        return await look(key)
      } catch (error) {
        if (!isProblem(error, 'ObjectNotFound')) throw error
      }
    }
    throw await missing(picName)
  }

  return {
    read: (picName, signal) => inPlace(picName, (key) => readStable(bucket, key, signal)),

    async check(picName, maxBytes, signal) {
      const { sizeBytes } = await inPlace(picName, (key) => listed.find(key, signal))
      if (sizeBytes === 0) throw problem('PictureEmpty', {})
      if (sizeBytes > maxBytes) throw problem('PictureTooHeavy', { bytes: sizeBytes, max: maxBytes })
    },

    async locate(picName, signal) {
      for (const key of readableKeys(folder, picName, mayRead).keys) {
        try {
          const { etag } = await listed.find(key, signal)
          return { key, etag }
        } catch (error) {
          if (!isProblem(error, 'ObjectNotFound')) throw error
        }
      }
      return undefined
    },
  }
}

async function readStable(bucket: Bucket, key: string, signal: AbortSignal): Promise<Picture> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await readWhole(bucket, key, signal)
    } catch (error) {
      const canPass = isProblem(error, 'ObjectChanged') || isProblem(error, 'ObjectDamaged')
      if (attempt === ATTEMPTS || !canPass) throw error
      await delay(RETRY_MS, undefined, { signal })
    }
  }
}

async function readWhole(bucket: Bucket, key: string, signal: AbortSignal): Promise<Picture> {
  const { info, stream } = await bucket.get(key, { signal })
  const { sizeBytes } = info
  const bytes = Buffer.allocUnsafe(Math.min(sizeBytes, MAX_BYTES))
  let filled = 0
  for await (const part of stream) {
    // Inside the loop: leaving it closes the stream.
    if (sizeBytes > MAX_BYTES) throw problem('PictureTooHeavy', { bytes: sizeBytes, max: MAX_BYTES })
    bytes.set(part, filled)
    filled += part.length
  }
  return { key, bytes, etag: info.etag }
}
