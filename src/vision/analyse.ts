/** What is done with one picture, in the order it is done; runs inside a worker thread. */
import { clip, problem } from '../errors.ts'
import { decodeAtShorterSide, type OpenPicture, openPicture } from './decode.ts'
import { dhash } from './dhash.ts'
import type { Encoder } from './encoder.ts'
import type { AnalyseOptions, Analysis, Region } from './index.ts'
import { cropCentre, type RawPicture, sharpOfRaw } from './raw-picture.ts'
import { findSubjects } from './subject.ts'

/** An analysis as the thread makes it: it does not know how long the picture had waited. */
export type ThreadAnalysis = Omit<Analysis, 'timings'> & { readonly timings: Omit<Analysis['timings'], 'waitMs'> }

export type ThreadOptions = Pick<AnalyseOptions, 'rules' | 'region' | 'crop' | 'thumbnail'>

export interface AnalyserParts {
  readonly encoder: Encoder
  /** Runs the decoding of a large picture when no other one is being decoded. */
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>
}

export type Analyse = (bytes: Uint8Array, options: ThreadOptions) => Promise<ThreadAnalysis>

/** From here on a picture waits for its turn: decoded it takes up to 8 bytes a pixel. */
const LARGE_PIXELS = 8_000_000
const THUMBNAIL_SIDE = 256
const THUMBNAIL_QUALITY = 75

export function createAnalyser({ encoder, inTurn }: AnalyserParts): Analyse {
  const { shorterSide, inputSide } = encoder.model

  return async (bytes, { rules, region, crop = true, thumbnail = false }) => {
    const start = performance.now()
    const picture = await openPicture(bytes, rules)
    if (region) checkRegion(region, picture)
    const decode = async (): Promise<Decoded> => ({
      whole: await decodeAtShorterSide(picture, shorterSide),
      ...(region ? { part: await decodeAtShorterSide(picture, shorterSide, region) } : {}),
    })
    const isLarge = picture.width * picture.height >= LARGE_PIXELS
    const { whole, part } = isLarge ? await inTurn(decode) : await decode()
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

interface Decoded {
  readonly whole: RawPicture
  /** The region, where one was given. */
  readonly part?: RawPicture
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
