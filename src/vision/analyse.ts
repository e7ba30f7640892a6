/** What is done with one picture, in the order it is done; runs inside a worker process. */
import { clip, problem } from '../errors.ts'
import { decodeAtShorterSide, type OpenPicture, openPicture } from './decode.ts'
import { dhash } from './dhash.ts'
import type { Encoder } from './encoder.ts'
import type { Region } from './index.ts'
import { cropCentre, type RawPicture, sharpOfRaw } from './raw-picture.ts'
import { findSubjects } from './subject.ts'
import type { WorkerAnalysis, WorkerOptions } from './worker-messages.ts'

/** @param turn waits until no other large picture is in work */
export type Analyse = (bytes: Uint8Array, options: WorkerOptions, turn: () => Promise<void>) => Promise<WorkerAnalysis>

/** From here on a picture that is in memory as a whole, at up to 8 bytes a pixel, waits for its turn. */
const LARGE_PIXELS = 8_000_000
const THUMBNAIL_SIDE = 256
const THUMBNAIL_QUALITY = 75

export function createAnalyser(encoder: Encoder): Analyse {
  const { shorterSide, inputSide } = encoder.model

  return async (bytes, { rules, region, crop = true, thumbnail = false }, turn) => {
    const start = performance.now()
    const picture = await openPicture(bytes, rules)
    if (region) checkRegion(region, picture)
    if (isLarge(picture)) await turn()
    const whole = await decodeAtShorterSide(picture, shorterSide)
    const part = region && (await decodeAtShorterSide(picture, shorterSide, region))
    const hash = dhash(whole)
    const small = thumbnail ? await makeThumbnail(whole) : undefined
    const decodedAt = performance.now()
    const { vector, saliency } = await encoder.encode(cropCentre(part ?? whole, inputSide))
    const regions = region
      ? [region]
      : crop
        ? findSubjects({ picture: whole, inputSide, saliency, width: picture.width, height: picture.height })
        : [wholeOf(picture)]
    return {
      width: picture.width,
      height: picture.height,
      region: regions[0]!,
      regions,
      vector,
      dhash: hash,
      ...(small ? { thumbnail: small } : {}),
      timings: { decodeMs: decodedAt - start, embedMs: performance.now() - decodedAt },
    }
  }
}

function isLarge({ width, height, isStreamed }: OpenPicture): boolean {
  return !isStreamed && width * height >= LARGE_PIXELS
}

function checkRegion({ x1, x2, y1, y2 }: Region, { width, height }: OpenPicture): void {
  const isInside = 0 <= x1 && x1 < x2 && x2 <= width && 0 <= y1 && y1 < y2 && y2 <= height
  if (isInside && [x1, x2, y1, y2].every(Number.isInteger)) return
  throw problem('RegionInvalid', { found: clip(`${x1},${x2},${y1},${y2}`), width, height })
}

function wholeOf({ width, height }: OpenPicture): Region {
  return { x1: 0, x2: width, y1: 0, y2: height }
}

/**
 * A JPEG without metadata, its longest side at most 256 px.
 *
 * Made from the pixels that the model's input is cut from, never enlarged: decoding again for a sharper one would take a
 * third of the time of the whole analysis.
 */
async function makeThumbnail(whole: RawPicture): Promise<Uint8Array> {
  const buffer = await sharpOfRaw(whole)
    .resize({ width: THUMBNAIL_SIDE, height: THUMBNAIL_SIDE, fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: THUMBNAIL_QUALITY, optimiseCoding: false })
    .toBuffer()
  return new Uint8Array(buffer)
}
