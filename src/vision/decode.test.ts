import assert from 'node:assert/strict'
import { test } from 'node:test'
import sharp, { type Sharp } from 'sharp'
import { type ErrorCode, SightlineError } from '../errors.ts'
import { decodeAtShorterSide, openPicture } from './decode.ts'
import { PICTURE_RULES, type PictureRules } from './picture-rules.ts'

const { open, cloud } = PICTURE_RULES
const cloud2020 = PICTURE_RULES['cloud-2020']

/** Red, green, blue and grey quarters; the red one on the top left. */
function quarters(width = 240, height = 160): Sharp {
  const quarter = (left: number, top: number, background: string) => ({
    input: { create: { width: width / 2, height: height / 2, channels: 3 as const, background } },
    left,
    top,
  })
  return sharp({ create: { width, height, channels: 3, background: '#888888' } }).composite([
    quarter(0, 0, '#ff0000'),
    quarter(width / 2, 0, '#00ff00'),
    quarter(0, height / 2, '#0000ff'),
  ])
}

const QUARTERS = { topLeft: [255, 0, 0], topRight: [0, 255, 0], bottomLeft: [0, 0, 255], bottomRight: [136, 136, 136] }

async function corners(bytes: Uint8Array, region?: { x1: number; x2: number; y1: number; y2: number }) {
  const picture = await openPicture(bytes, open)
  const { data, width, height } = await decodeAtShorterSide(picture, 80, region)
  assert.equal(data.length, width * height * 3)
  const at = (x: number, y: number): number[] => [...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)]
  return {
    size: [picture.width, picture.height],
    resized: [width, height],
    topLeft: at(4, 4),
    topRight: at(width - 5, 4),
    bottomLeft: at(4, height - 5),
    bottomRight: at(width - 5, height - 5),
  }
}

type Corners = Awaited<ReturnType<typeof corners>>

/** A colour may be off by what saving as a lossy format or converting between colour spaces costs. */
function assertQuarters(found: Corners, tolerance = 12): void {
  for (const corner of Object.keys(QUARTERS) as (keyof typeof QUARTERS)[]) {
    const off = Math.max(...QUARTERS[corner].map((value, i) => Math.abs(value - found[corner][i]!)))
    assert.ok(off <= tolerance, `${corner}: ${found[corner]}`)
  }
}

async function failsWith(code: ErrorCode, bytes: Uint8Array, rules: PictureRules = open): Promise<string> {
  try {
    await decodeAtShorterSide(await openPicture(bytes, rules), 80)
  } catch (error) {
    assert.ok(error instanceof SightlineError, String(error))
    assert.equal(error.code, code)
    return error.message
  }
  return assert.fail(`expected ${code}`)
}

test('every format of the open rules is decoded to the same picture', async () => {
  const png = await quarters().png().toBuffer()
  const raw = await sharp(png).removeAlpha().raw().toBuffer()
  const files = {
    png,
    jpeg: await sharp(png).jpeg({ quality: 95 }).toBuffer(),
    webp: await sharp(png).webp({ quality: 95 }).toBuffer(),
    gif: await sharp(png).gif().toBuffer(),
    tiff: await sharp(png).tiff().toBuffer(),
    avif: await sharp(png).avif({ quality: 90, effort: 0 }).toBuffer(),
    ppm: Buffer.concat([Buffer.from('P6 240 160 255\n'), raw]),
  }
  for (const [format, bytes] of Object.entries(files)) {
    const found = await corners(bytes)
    assert.equal((await openPicture(bytes, open)).format, format)
    assert.deepEqual(
      [found.size, found.resized],
      [
        [240, 160],
        [120, 80],
      ],
      format,
    )
    assertQuarters(found)
  }
})

test('a rotation flag is applied: all eight orientations are the same upright picture', async () => {
  // What a camera stores so that the flag turns it upright again: degrees, and whether it is mirrored after that.
  const stored = { 1: [0], 2: [0, 'mirrored'], 3: [180], 4: [180, 'mirrored'], 5: [90, 'mirrored'], 6: [270] }
  const png = await quarters().png().toBuffer()
  for (const [orientation, [degrees, mirrored]] of Object.entries({ ...stored, 7: [270, 'mirrored'], 8: [90] })) {
    const turned = await sharp(png)
      .rotate(degrees as number)
      .png()
      .toBuffer()
    const bytes = await sharp(turned)
      .flop(mirrored !== undefined)
      .withMetadata({ orientation: Number(orientation) })
      .jpeg({ quality: 95 })
      .toBuffer()
    const found = await corners(bytes)
    assert.deepEqual(found.size, [240, 160], `orientation ${orientation}`)
    assertQuarters(found)
    const right = await corners(bytes, { x1: 120, x2: 240, y1: 0, y2: 80 })
    assert.ok(right.topLeft[1]! > 240, `the region of orientation ${orientation} is green: ${right.topLeft}`)
    if (orientation !== '1') assert.match(await failsWith('PictureRotated', bytes, cloud), new RegExp(orientation))
  }
})

test('CMYK, greyscale, 16 bits and other colour profiles become sRGB', async () => {
  const png = await quarters().png().toBuffer()
  const cmyk = await corners(await sharp(png).toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer())
  assert.ok(cmyk.topLeft[0]! > 180 && cmyk.topLeft[1]! < 90, `red: ${cmyk.topLeft}`)
  const grey = await corners(await sharp(png).greyscale().jpeg({ quality: 95 }).toBuffer())
  assert.ok(Math.max(...grey.topLeft) - Math.min(...grey.topLeft) <= 2, `grey: ${grey.topLeft}`)
  assertQuarters(await corners(await sharp(png).toColourspace('rgb16').png().toBuffer()))
  assertQuarters(await corners(await sharp(png).withIccProfile('p3').png().toBuffer()))
})

test('what is transparent becomes white', async () => {
  const transparent = await sharp({
    create: { width: 100, height: 100, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
  })
    .png()
    .toBuffer()
  assert.deepEqual((await corners(transparent)).topLeft, [255, 255, 255])
})

test('of an animation the first frame counts', async () => {
  const red = await sharp({ create: { width: 100, height: 100, channels: 3, background: '#ff0000' } })
    .raw()
    .toBuffer()
  const blue = await sharp({ create: { width: 100, height: 100, channels: 3, background: '#0000ff' } })
    .raw()
    .toBuffer()
  const frames = Buffer.concat([red, blue])
  const raw = { width: 100, height: 200, channels: 3 as const, pageHeight: 100 }
  for (const bytes of [await sharp(frames, { raw }).gif().toBuffer(), await sharp(frames, { raw }).webp().toBuffer()]) {
    const found = await corners(bytes)
    assert.deepEqual(found.size, [100, 100])
    assert.ok(found.bottomRight[0]! > 240 && found.bottomRight[2]! < 16, `red: ${found.bottomRight}`)
  }
})

test('a strip is squeezed instead of filling the memory', async () => {
  const strip = await sharp({ create: { width: 20_000, height: 10, channels: 3, background: '#336699' } })
    .png()
    .toBuffer()
  const found = await corners(strip)
  assert.deepEqual(found.size, [20_000, 10])
  assert.deepEqual(found.resized, [80 * 16, 80])
})

test('a picture that is cut off is unreadable; lesser damage is mended', async () => {
  const noise = { type: 'gaussian' as const, mean: 128, sigma: 60 }
  const picture = sharp({ create: { width: 300, height: 300, channels: 3, background: '#888', noise } })
  const files = [
    await picture.clone().jpeg().toBuffer(),
    await picture.clone().png().toBuffer(),
    await picture.clone().webp().toBuffer(),
  ]
  for (const bytes of files) await failsWith('PictureUnreadable', bytes.subarray(0, bytes.length / 2))
  const [jpeg] = files as [Buffer]
  await corners(Buffer.concat([jpeg, Buffer.from('\r\n and something after the end')]))
})

test('what is no picture is named', async () => {
  await failsWith('PictureEmpty', new Uint8Array(0))
  const named: [string | Buffer, RegExp][] = [
    ['<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"/>', /got SVG/],
    ['\ufeff<?xml version="1.0"?>\n<!-- a -->\n<svg width="20"/>', /got SVG/],
    ['<!DOCTYPE html><html>', /an HTML page/],
    ['{"error": "not found"}', /JSON/],
    ['\0\0\0\x18ftypheic\0\0\0\0heicmif1', /HEIC/],
    ['%PDF-1.7', /PDF/],
    ['hello', /no known picture format/],
  ]
  for (const [bytes, message] of named)
    assert.match(await failsWith('PictureFormatUnsupported', Buffer.from(bytes)), message)
})

test('each set of rules has its limits', async () => {
  const blank = (width: number, height: number): Sharp =>
    sharp({ create: { width, height, channels: 3, background: '#abcdef' } })
  await failsWith('PictureTooSmall', await blank(9, 300).png().toBuffer())
  await failsWith('PictureTooSmall', await blank(99, 300).png().toBuffer(), cloud)
  await failsWith('PictureTooSmall', await blank(199, 300).png().toBuffer(), cloud2020)
  await failsWith('PictureTooLarge', await blank(4097, 200).png().toBuffer(), cloud)
  await failsWith('PictureTooLarge', await blank(1025, 300).png().toBuffer(), cloud2020)
  const message = await failsWith('PictureTooLarge', await blank(9000, 9000).png().toBuffer())
  assert.match(message, /64 megapixels, got 9000x9000/)
  await failsWith('PictureTooLarge', await blank(8000, 4100).avif({ effort: 0 }).toBuffer())
  await failsWith('PictureTooHeavy', new Uint8Array(open.maxBytes + 1))
  await failsWith('PictureTooHeavy', new Uint8Array(cloud.maxBytes + 1), cloud)
  await failsWith('PictureFormatUnsupported', await blank(300, 300).avif({ effort: 0 }).toBuffer(), cloud)
  await failsWith('PictureFormatUnsupported', await blank(300, 300).webp().toBuffer(), cloud2020)
  await openPicture(await blank(4096, 100).webp().toBuffer(), cloud)
  await openPicture(await blank(1024, 200).jpeg().toBuffer(), cloud2020)
})
