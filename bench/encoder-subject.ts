/**
 * How well the subject is found: catalogue pictures of grocery cut out and put on backgrounds, so that the box is known.
 *
 *     node bench/encoder-subject.ts
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp, { type Sharp } from 'sharp'
import { sizeAtShorterSide } from '../src/vision/decode.ts'
import { loadEncoder } from '../src/vision/encoder.ts'
import type { Region } from '../src/vision/index.ts'
import { readModel } from '../src/vision/model.ts'
import { cropCentre, type RawPicture, sharpOfRaw } from '../src/vision/raw-picture.ts'
import { findSubjects } from '../src/vision/subject.ts'
import { labels, SHARED_DATA } from './datasets.ts'

const SCENES = 160
const ASPECTS = [1, 4 / 3, 3 / 4, 16 / 9, 9 / 16]
const BACKGROUNDS = ['white', 'one colour', 'photo', 'blurred photo'] as const
const SHORTER_SIDE = 360
/** Above this a catalogue picture is its white background. */
const WHITE = 244

interface Scene {
  readonly background: (typeof BACKGROUNDS)[number]
  readonly picture: RawPicture
  readonly box: Region
}

const GROCERY = join(SHARED_DATA, 'grocery')
const grocery = labels('grocery').map(({ path }) => path)
const icons = grocery.filter((path) => path.startsWith('iconic/'))
const photos = grocery.filter((path) => path.startsWith('val/'))
const model = await readModel(fileURLToPath(new URL('../models/sightline-mini', import.meta.url)))
const encoder = await loadEncoder(model)
const random = lcg(1)

const rows = []
for (let i = 0; i < SCENES; i++) {
  const scene = await makeScene(i)
  const { width, height } = scene.picture
  const middle = { x1: 0.1 * width, x2: 0.9 * width, y1: 0.1 * height, y2: 0.9 * height }
  const found = await subjectsOf(scene.picture, sizeAtShorterSide(width, height, model.shorterSide))
  const squeezed = await subjectsOf(scene.picture, { width: model.inputSide, height: model.inputSide })
  rows.push({
    background: scene.background,
    scores: [
      overlap(scene.box, { x1: 0, x2: width, y1: 0, y2: height }),
      overlap(scene.box, middle),
      overlap(scene.box, found[0]!),
      Math.max(...found.map((region) => overlap(scene.box, region))),
      overlap(scene.box, squeezed[0]!),
    ],
  })
}
console.log(
  '| background | whole picture | middle 80 % | found | best of all found | found by a second, squeezed pass |',
)
console.log('| --- | --- | --- | --- | --- | --- |')
for (const background of [...BACKGROUNDS, 'all']) {
  const chosen = rows.filter((row) => background === 'all' || row.background === background)
  const means = rows[0]!.scores.map((_, i) => chosen.reduce((sum, row) => sum + row.scores[i]!, 0) / chosen.length)
  console.log(`| ${background} | ${means.map((mean) => mean.toFixed(2)).join(' | ')} |`)
}

async function subjectsOf(picture: RawPicture, size: { width: number; height: number }): Promise<Region[]> {
  const { data, info } = await sharpOfRaw(picture)
    .resize({ ...size, fit: 'fill', kernel: 'linear' })
    .raw()
    .toBuffer({ resolveWithObject: true })
  const resized = { data, width: info.width, height: info.height }
  const { saliency } = await encoder.encode(cropCentre(resized, model.inputSide))
  return findSubjects({
    picture: resized,
    inputSide: model.inputSide,
    saliency,
    width: picture.width,
    height: picture.height,
  })
}

async function makeScene(i: number): Promise<Scene> {
  const aspect = ASPECTS[i % ASPECTS.length]!
  const [width, height] = [Math.max(1, aspect), Math.max(1, 1 / aspect)].map((n) => Math.round(SHORTER_SIDE * n)) as [
    number,
    number,
  ]
  const side = Math.round(SHORTER_SIDE * (0.3 + 0.5 * random()))
  const { data: input, info } = await (await cutOut(icons[i % icons.length]!))
    .resize(side, side, { fit: 'inside' })
    .png()
    .toBuffer({ resolveWithObject: true })
  const left = Math.round(random() * (width - info.width))
  const top = Math.round(random() * (height - info.height))
  const background = BACKGROUNDS[(i >> 2) % BACKGROUNDS.length]!
  const colour = background === 'white' ? '#ffffff' : { r: 255 * random(), g: 255 * random(), b: 255 * random() }
  const ground = background.endsWith('photo')
    ? sharp(join(GROCERY, photos[(7 * i) % photos.length]!))
        .resize(width, height)
        .blur(background === 'photo' ? 0.5 : 12)
    : sharp({ create: { width, height, channels: 3, background: colour } })
  const data = await ground.composite([{ input, left, top }]).removeAlpha().raw().toBuffer()
  const box = { x1: left, x2: left + info.width, y1: top, y2: top + info.height }
  return { background, picture: { data, width, height }, box }
}

/** A catalogue picture without its white background, trimmed. */
async function cutOut(path: string): Promise<Sharp> {
  const { data, info } = await sharp(readFileSync(join(GROCERY, path)))
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  for (let at = 0; at < data.length; at += 4)
    if (Math.min(data[at]!, data[at + 1]!, data[at + 2]!) > WHITE) data.fill(0, at, at + 4)
  const { width, height } = info
  const png = await sharp(data, { raw: { width, height, channels: 4 } })
    .trim({ background: { r: 0, g: 0, b: 0, alpha: 0 }, threshold: 1 })
    .png()
    .toBuffer()
  return sharp(png)
}

/** Intersection over union. */
function overlap(a: Region, b: Region): number {
  const area = ({ x1, x2, y1, y2 }: Region): number => Math.max(0, x2 - x1) * Math.max(0, y2 - y1)
  const shared = area({
    x1: Math.max(a.x1, b.x1),
    x2: Math.min(a.x2, b.x2),
    y1: Math.max(a.y1, b.y1),
    y2: Math.min(a.y2, b.y2),
  })
  return shared / (area(a) + area(b) - shared)
}

/** Numbers 0..1, the same in every run. */
function lcg(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return state / 2 ** 31
  }
}
