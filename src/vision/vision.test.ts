import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { sharedData } from '../../test/needs.ts'
import { SightlineError } from '../errors.ts'
import { type AnalyseOptions, type Analysis, createVision, PICTURE_RULES, type Region, type Vision } from './index.ts'

const MODEL_FOLDER = fileURLToPath(new URL('../../models/sightline-mini', import.meta.url))
const UGLY = sharedData('ugly')
/** A worker took 300 MB at most on the 147 hostile files; without limits the bombs alone would take gigabytes. */
const MAX_WORKER_MB = 450

/** Of the 147: what is whole, or damaged so that most of it can be seen. */
const MENDED = 85

let vision: Vision

before(async () => {
  vision = await createVision({ modelFolder: MODEL_FOLDER, workers: 2 })
})
after(() => vision.close())

function analyse(bytes: Uint8Array, options: Partial<AnalyseOptions> = {}): Promise<Analysis> {
  return vision.analyse(bytes, { rules: PICTURE_RULES.open, priority: 'import', ...options })
}

function cosine(a: Analysis, b: Analysis): number {
  return a.vector.reduce((sum, value, i) => sum + value * b.vector[i]!, 0)
}

const NO_PROC = process.platform === 'linux' ? false : 'needs /proc'

async function children(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')
  return text.split(' ').filter(Boolean).map(Number)
}

async function peakMb(pid: number): Promise<number> {
  return Number(/VmHWM:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
}

/** A process that nobody has buried yet is dead as well. */
async function isAlive(pid: number): Promise<boolean> {
  return readFile(`/proc/${pid}/status`, 'utf8').then(
    (status) => !/State:\s+[ZX]/.test(status),
    () => false,
  )
}

/** A red ring on green stripes, and on its right a blue disc. */
async function scene(): Promise<Buffer> {
  const stripes = Array.from({ length: 10 }, (_, i) => `<rect x="${i * 60}" width="30" height="400" fill="#2a7"/>`)
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="600" height="400"><rect width="600" height="400" fill="#9c4"/>
    ${stripes.join('')}<circle cx="160" cy="200" r="90" fill="none" stroke="#c22" stroke-width="40"/>
    <circle cx="480" cy="220" r="60" fill="#24c"/></svg>`
  return sharp(Buffer.from(svg)).png().toBuffer()
}

const DISC: Region = { x1: 410, x2: 550, y1: 150, y2: 290 }

test('an analysis has size, vector of length 1, subject, hash and, where asked for, a thumbnail', async () => {
  const bytes = await scene()
  const found = await analyse(bytes, { thumbnail: true })
  assert.deepEqual([found.width, found.height], [600, 400])
  assert.equal(found.vector.length, vision.model.dimension)
  assert.ok(Math.abs(cosine(found, found) - 1) < 1e-4)
  assert.equal(found.dhash.length, 8)
  assert.deepEqual(found.region, found.regions[0])
  const thumbnail = await sharp(found.thumbnail).metadata()
  assert.deepEqual([thumbnail.format, thumbnail.width, thumbnail.height], ['jpeg', 256, 170])
  assert.equal((await analyse(bytes)).thumbnail, undefined)
})

test('the same bytes give the same analysis, for a search as for an import', async () => {
  const bytes = await scene()
  const { timings: _, ...forImport } = await analyse(bytes, { thumbnail: true })
  const { timings: __, ...forSearch } = await analyse(bytes, { thumbnail: true, priority: 'search' })
  assert.deepEqual(forSearch, forImport)
})

test('without crop the region is the whole picture, and the vector is the same', async () => {
  const bytes = await scene()
  const whole = await analyse(bytes, { crop: false })
  assert.deepEqual(whole.regions, [{ x1: 0, x2: 600, y1: 0, y2: 400 }])
  assert.deepEqual(whole.vector, (await analyse(bytes)).vector)
})

test('a given region is what the vector stands for; the hash stays of the whole', async () => {
  const bytes = await scene()
  const given = await analyse(bytes, { region: DISC, crop: false })
  assert.deepEqual(given.regions, [DISC])
  const { x1: left, y1: top } = DISC
  const cut = await sharp(bytes).extract({ left, top, width: 140, height: 140 }).png().toBuffer()
  const whole = await analyse(bytes)
  assert.ok(cosine(given, await analyse(cut)) > 0.999)
  assert.ok(cosine(given, whole) < 0.9)
  assert.deepEqual(given.dhash, whole.dhash)
})

test('a region that is empty, outside or between pixels is refused', async () => {
  const bytes = await scene()
  const wrong: Region[] = [
    { ...DISC, x2: DISC.x1 },
    { ...DISC, x2: 601 },
    { ...DISC, y1: -1 },
    { ...DISC, y1: 400, y2: 401 },
    { ...DISC, x1: 410.5 },
    { ...DISC, y2: Number.NaN },
  ]
  for (const region of wrong) await assert.rejects(analyse(bytes, { region }), { code: 'RegionInvalid' })
})

test('copies of a picture in other formats and sizes lie next to it', async () => {
  const png = await scene()
  const original = await analyse(png)
  const copies = [
    await sharp(png).jpeg({ quality: 60 }).toBuffer(),
    await sharp(png).resize(300).webp().toBuffer(),
    await sharp(png).resize(2400).jpeg().toBuffer(),
    await sharp(png).resize(450).gif().toBuffer(),
  ]
  for (const copy of copies) assert.ok(cosine(original, await analyse(copy)) > 0.97)
})

test('metadata does not leak into thumbnails', { skip: UGLY.skip }, async () => {
  const bytes = await readFile(join(UGLY.path, 'exif/Landscape_6.jpg'))
  const { thumbnail } = await analyse(bytes, { thumbnail: true })
  const { exif, icc, xmp, width, height } = await sharp(thumbnail).metadata()
  assert.deepEqual([exif, icc, xmp, width, height], [undefined, undefined, undefined, 256, 170])
})

test('a picture stored in nine orientations is one picture', { skip: UGLY.skip }, async () => {
  const analyses = await Promise.all(
    Array.from({ length: 9 }, async (_, i) => analyse(await readFile(join(UGLY.path, `exif/Landscape_${i}.jpg`)))),
  )
  for (const found of analyses) {
    assert.deepEqual([found.width, found.height], [1800, 1200])
    assert.ok(cosine(found, analyses[0]!) > 0.99)
  }
})

test('every hostile file ends with an analysis or an error of the table, and memory stays bounded', {
  skip: UGLY.skip || NO_PROC,
}, async () => {
  const [, ...rows] = (await readFile(join(UGLY.path, 'manifest.csv'), 'utf8')).trim().split('\n')
  const outcomes = await Promise.all(
    rows.map(async (row) => {
      const path = row.slice(0, row.indexOf(','))
      try {
        const found = await analyse(await readFile(join(UGLY.path, path)), { thumbnail: true })
        return found.vector.every(Number.isFinite) ? 'ok' : `${path}: the vector is not of numbers`
      } catch (error) {
        return error instanceof SightlineError && error.code.startsWith('Picture') ? error.code : `${path}: ${error}`
      }
    }),
  )
  const isOther = (outcome: string): boolean => outcome !== 'ok' && !outcome.startsWith('Picture')
  assert.deepEqual(outcomes.filter(isOther), [])
  assert.equal(outcomes.length, 147)
  assert.ok(outcomes.filter((outcome) => outcome === 'ok').length >= MENDED, outcomes.join(' '))
  for (const pid of await children(process.pid))
    assert.ok((await peakMb(pid)) < MAX_WORKER_MB, `${await peakMb(pid)} MB`)
  assert.deepEqual(vision.load(), { waiting: 0, running: 0, workers: 2 })
})

test('workers do not outlive a server that is killed', { skip: NO_PROC }, async () => {
  const room = new URL('./index.ts', import.meta.url)
  const script = `import { createVision } from '${room}'
    await createVision({ modelFolder: '${MODEL_FOLDER}', workers: 1 })
    console.log('ready')`
  const server = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(server.stdout, 'data')
  const [worker] = await children(server.pid!)
  server.kill('SIGKILL')
  await once(server, 'exit')
  for (let i = 0; i < 100 && (await isAlive(worker!)); i++) await setTimeout(20)
  assert.equal(await isAlive(worker!), false)
})
