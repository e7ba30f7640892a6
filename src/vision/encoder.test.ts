import assert from 'node:assert/strict'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { writeColourModel } from '../../test/fixtures/colour-model.ts'
import { SightlineError } from '../errors.ts'
import { loadEncoder } from './encoder.ts'
import { readModel } from './model.ts'
import { loadTextEncoder } from './text-encoder.ts'

const FOLDER = fileURLToPath(new URL('../../models/sightline-mini', import.meta.url))
/** What another runtime or processor may differ by, from the model's card. */
const TOLERANCE = 1e-3

async function floats(name: string): Promise<Float32Array> {
  const bytes = await readFile(join(FOLDER, 'reference', name))
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  assert.equal(a.length, b.length)
  return Math.max(...a.map((value, i) => Math.abs(value - b[i]!)))
}

test('the reference picture of the shipped model gives its reference vector and saliency map', async () => {
  const encoder = await loadEncoder(await readModel(FOLDER))
  const pixels = await sharp(join(FOLDER, 'reference/input.png')).removeAlpha().raw().toBuffer()
  const { vector, saliency } = await encoder.encode(pixels)
  assert.ok(largestDifference(vector, await floats('embedding.f32')) < TOLERANCE)
  assert.ok(largestDifference(saliency, await floats('saliency.f32')) < TOLERANCE)
})

test('a model that cannot be used says which file and why', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-model-'))
  const isUnusable = (reason: RegExp) => (error: unknown) =>
    error instanceof SightlineError && error.code === 'ModelUnusable' && reason.test(error.message)
  try {
    await assert.rejects(readModel(folder), isUnusable(/model\.json.*ENOENT/))
    await cp(join(FOLDER, 'model.json'), join(folder, 'model.json'))
    const model = await readModel(folder)
    await assert.rejects(loadEncoder(model), isUnusable(/sightline-mini-1\.onnx.*ENOENT/))
    await writeFile(join(folder, 'sightline-mini-1.onnx'), 'not a model')
    await assert.rejects(loadEncoder(model), isUnusable(/sha256/))
    await writeFile(join(folder, 'model.json'), '{"id": "x", "file": 7}')
    await assert.rejects(readModel(folder), isUnusable(/file is 7/))

    await writeColourModel(folder)
    const { text, dimension } = await readModel(folder)
    await assert.rejects(
      loadTextEncoder(text!, dimension + 1).then((embed) => embed('red')),
      isUnusable(/16 numbers/),
    )
    await writeFile(text!.vocabularyPath, 'red')
    await assert.rejects(loadTextEncoder(text!, dimension), isUnusable(/vocabulary\.txt.*lacks \[CLS\]/))
    await rm(text!.path)
    await assert.rejects(loadTextEncoder(text!, dimension), isUnusable(/text\.onnx.*ENOENT/))
    const description = JSON.parse(await readFile(join(folder, 'model.json'), 'utf8'))
    await writeFile(join(folder, 'model.json'), JSON.stringify({ ...description, text: { file: 'text.onnx' } }))
    await assert.rejects(readModel(folder), isUnusable(/text\.sha256 is undefined/))
  } finally {
    await rm(folder, { recursive: true })
  }
})
