/**
 * Which vector stands for a picture: retrieval figures of several ways of making one, on grocery and clothing.
 *
 *     node bench/encoder.ts             every fourth photo as a query, 1 minute
 *     node bench/encoder.ts --all       the table of docs/explanation/which-vector.md
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { decodeAtShorterSide, openPicture } from '../src/vision/decode.ts'
import { loadEncoder } from '../src/vision/encoder.ts'
import type { Region } from '../src/vision/index.ts'
import { readModel } from '../src/vision/model.ts'
import { PICTURE_RULES } from '../src/vision/picture-rules.ts'
import { cropCentre, type RawPicture, sharpOfRaw } from '../src/vision/raw-picture.ts'
import { findSubjects } from '../src/vision/subject.ts'
import { labels, SHARED_DATA } from './datasets.ts'
import { COLUMNS, figures, type Labelled } from './encoder-figures.ts'
import { workload } from './workload.ts'

const VARIANTS = [
  'whole picture: shorter side to 183, centre',
  'whole picture: shorter side to 160, centre',
  'whole picture: squeezed to 160 x 160',
  'whole picture: padded with white to a square',
  'subject cropped, shorter side to 183, centre',
  'subject cropped with a margin, squeezed',
  'mean of whole picture and subject',
] as const

/** Share of the subject's sides added around it in the variant with a margin. */
const MARGIN = 0.15

sharp.concurrency(1)
const isAll = process.argv.includes('--all')
const model = await readModel(fileURLToPath(new URL('../models/sightline-mini', import.meta.url)))
const encoder = await loadEncoder(model)
const side = model.inputSide

const pictures = ['grocery', 'clothing'].flatMap((set) => labels(set).map((picture) => ({ set, ...picture })))
const chosen = pictures.filter(({ path }, i) => isAll || !path.startsWith('test/') || i % 4 === 0)
const vectors = chosen.map((): Float32Array[] => [])
await workload({ callers: 4, count: chosen.length, limitMs: 3_600_000 }, async (i) => {
  vectors[i] = await vectorsOf(readFileSync(join(SHARED_DATA, chosen[i]!.set, chosen[i]!.path)))
})

console.log(`| vector | mean | ${COLUMNS.join(' | ')} |\n${'| --- '.repeat(COLUMNS.length + 2)}|`)
for (const [variant, name] of VARIANTS.entries()) {
  const made: Labelled[] = chosen.map((picture, i) => ({ ...picture, vector: vectors[i]![variant]! }))
  for (const isCentred of [false, true]) {
    console.log(`| ${name} | ${isCentred ? 'taken out' : 'left in'} | ${figures(made, isCentred, 1).join(' | ')} |`)
  }
}

/** One vector a variant, in their order. */
async function vectorsOf(bytes: Uint8Array): Promise<Float32Array[]> {
  const picture = await openPicture(bytes, PICTURE_RULES.open)
  const resized = await decodeAtShorterSide(picture, model.shorterSide)
  const whole = await encoder.encode(cropCentre(resized, side))
  const [subject] = findSubjects({ ...picture, picture: resized, inputSide: side, saliency: whole.saliency })
  const ofSubject = await encode(await decodeAtShorterSide(picture, model.shorterSide, subject))
  return [
    whole.vector,
    await encode(await decodeAtShorterSide(picture, side)),
    (await encoder.encode(await squeezed(await decodeAtShorterSide(picture, 2 * side)))).vector,
    (await encoder.encode(await padded(resized))).vector,
    ofSubject,
    (await encoder.encode(await squeezed(await decodeAtShorterSide(picture, 2 * side, widened(subject!, picture)))))
      .vector,
    normalised(whole.vector.map((value, i) => value + ofSubject[i]!)),
  ]
}

async function encode(resized: RawPicture): Promise<Float32Array> {
  return (await encoder.encode(cropCentre(resized, side))).vector
}

async function squeezed(picture: RawPicture): Promise<Uint8Array> {
  return sharpOfRaw(picture).resize(side, side, { fit: 'fill', kernel: 'linear' }).raw().toBuffer()
}

async function padded(picture: RawPicture): Promise<Uint8Array> {
  return sharpOfRaw(picture)
    .resize(side, side, { fit: 'contain', background: '#ffffff', kernel: 'linear' })
    .raw()
    .toBuffer()
}

function widened({ x1, x2, y1, y2 }: Region, { width, height }: { width: number; height: number }): Region {
  const [dx, dy] = [Math.round((x2 - x1) * MARGIN), Math.round((y2 - y1) * MARGIN)]
  return {
    x1: Math.max(0, x1 - dx),
    x2: Math.min(width, x2 + dx),
    y1: Math.max(0, y1 - dy),
    y2: Math.min(height, y2 + dy),
  }
}

function normalised(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector)
  return vector.map((value) => value / length)
}
