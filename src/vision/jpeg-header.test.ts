import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import sharp from 'sharp'
import { sharedData } from '../../test/needs.ts'
import { readJpegHeader } from './jpeg-header.ts'

async function byLibvips(bytes: Uint8Array) {
  const { width, height, orientation = 1, isProgressive } = await sharp(bytes).metadata()
  return { width, height, orientation, isProgressive }
}

function made(options: { progressive?: boolean; orientation?: number }): Promise<Buffer> {
  const picture = sharp({ create: { width: 40, height: 30, channels: 3, background: '#a52' } })
  if (options.orientation) picture.withMetadata({ orientation: options.orientation })
  return picture.jpeg({ progressive: options.progressive ?? false }).toBuffer()
}

test('a JPEG header says what libvips says of it', async () => {
  for (const options of [{}, { progressive: true }, ...[1, 3, 6, 8].map((orientation) => ({ orientation }))]) {
    const bytes = await made(options)
    assert.deepEqual(readJpegHeader(bytes), await byLibvips(bytes))
  }
})

test('the same on real and on broken files, or it leaves them to libvips', {
  skip: sharedData('ugly').skip,
}, async () => {
  let read = 0
  for (const set of ['ugly', 'copies', 'grocery'] as const) {
    const files = readdirSync(sharedData(set).path, { recursive: true, encoding: 'utf8' })
    for (const file of files.filter((name) => /\.jpe?g$/i.test(name)).slice(0, 300)) {
      const bytes = readFileSync(join(sharedData(set).path, file))
      const header = bytes[0] === 0xff && bytes[1] === 0xd8 ? readJpegHeader(bytes) : undefined
      const known = await byLibvips(bytes).catch(() => undefined)
      if (header && known) assert.deepEqual(header, known, file)
      if (header) read++
    }
  }
  assert.ok(read > 300, `${read} headers were read`)
})

test('bytes that end or go wrong anywhere do no harm', async () => {
  const bytes = await made({ orientation: 6 })
  for (let end = 0; end < 400; end++) readJpegHeader(bytes.subarray(0, end))
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 8 }), (changes) => {
      const damaged = Buffer.from(bytes)
      for (const [at, value] of changes) damaged[at] = value
      const header = readJpegHeader(damaged)
      if (header) assert.ok(header.width > 0 && header.height > 0 && header.orientation >= 1 && header.orientation <= 8)
    }),
  )
})
