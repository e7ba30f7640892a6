/**
 * Import of rows that need no picture, by turns DELETE and ADD of an object that has not changed, in a manifest of any
 * size: how many a second, and whether memory depends on their number.
 *
 *     npm run bench rows [-- --rows=10000000]
 */
import { createWriteStream, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import sharp from 'sharp'
import { report } from './report.ts'
import { importToEnd, startServer } from './server.ts'

const { values } = parseArgs({ options: { rows: { type: 'string', default: '2000000' } } })
const rows = Number(values.rows)
/** Not fewer: the first million brings the heap to the size that it keeps. */
const fewRows = Math.ceil(rows / 2)
const PICTURES = 1000
/** Lines written at once. */
const BLOCK = 10_000

const folder = mkdtempSync(join(tmpdir(), 'sightline-bench-bucket-'))

try {
  const few = await importInto('few', fewRows)
  const many = await importInto('many', rows)
  const isKept = report('rows', [
    { name: 'manifest', value: many.manifestMb, unit: 'MB' },
    { name: `import of ${few.rows} rows`, value: few.rate, unit: 'rows/s' },
    { name: `import of ${many.rows} rows`, value: many.rate, unit: 'rows/s', atLeast: 20_000 },
    { name: 'rows failed or not accounted for', value: few.notOk + many.notOk, unit: 'rows', atMost: 0 },
    { name: `peak memory, ${few.rows} rows`, value: few.peakMb, unit: 'MB' },
    { name: `peak memory, ${many.rows} rows`, value: many.peakMb, unit: 'MB' },
    { name: 'peak memory, many less few', value: many.peakMb - few.peakMb, unit: 'MB', atMost: 100 },
    { name: 'data folder afterwards', value: many.dataMb, unit: 'MB' },
  ])
  process.exitCode = isKept ? 0 : 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function importInto(name: string, count: number) {
  const bucket = join(folder, name)
  mkdirSync(bucket)
  await makePictures(bucket)
  const manifest = join(bucket, 'increment.meta')
  const server = await startServer()
  try {
    await server.rest('POST', '/instances', { name: 'shop', serviceType: 'generic' })
    await server.rest('POST', '/buckets', { name: 'pictures', folder: bucket })
    await writeFile(manifest, Array.from({ length: PICTURES }, (_, i) => add(i)).join(''))
    await importToEnd(server, 'shop', 'pictures')
    await pipeline(Readable.from(blocks(count)), createWriteStream(manifest))
    const end = await importToEnd(server, 'shop', 'pictures', { skipUnchanged: true })
    if (end.state !== 'done') throw new Error(`the import ended as ${end.state}: ${end.code} ${end.message}`)
    const { size } = statSync(join(server.dataDir, 'sightline.db'))
    const accounted = end.ok + end.skipped
    return {
      rows: end.lines,
      rate: end.lines / end.seconds,
      notOk: end.failed + Math.abs(count - accounted),
      peakMb: server.peakMb(),
      manifestMb: statSync(manifest).size / 1e6,
      dataMb: size / 1e6,
    }
  } finally {
    await server.stop()
  }
}

function* blocks(count: number): Generator<string> {
  for (let first = 0; first < count; first += BLOCK) {
    yield Array.from({ length: Math.min(BLOCK, count - first) }, (_, i) => line(first + i)).join('')
  }
}

function line(i: number): string {
  if (i % 2 === 0) return add((i / 2) % PICTURES)
  return `${JSON.stringify({ OperationType: 'DELETE', ProductId: `gone-${i}` })}\n`
}

function add(picture: number): string {
  return `${JSON.stringify({ OperationType: 'ADD', ProductId: `product-${picture}`, PicName: `${picture}.png` })}\n`
}

async function makePictures(bucket: string): Promise<void> {
  for (let i = 0; i < PICTURES; i++) {
    const background = { r: (i * 53) % 256, g: (i * 97) % 256, b: (i * 151) % 256 }
    await sharp({ create: { width: 200, height: 200, channels: 3, background } })
      .png()
      .toFile(join(bucket, `${i}.png`))
  }
}
