/** A model is a folder: `model.json`, the ONNX file that it names, and a card. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { clip, problem } from '../errors.ts'

export interface Model {
  /** Goes into every vector's row; vectors of different ids never mix. */
  readonly id: string
  /** Absolute or as the folder was given. */
  readonly path: string
  readonly sha256: string
  /** Numbers in a vector. */
  readonly dimension: number
  /** Pixels of the shorter side after resizing. */
  readonly shorterSide: number
  /** Pixels a side of the square in the middle that the model sees. */
  readonly inputSide: number
  /** Cells a side of the saliency map. */
  readonly saliencySide: number
}

const TEXTS = ['id', 'file', 'sha256'] as const
const NUMBERS = ['dimension', 'shorterSide', 'inputSide', 'saliencySide'] as const
type Description = Record<(typeof TEXTS)[number], string> & Record<(typeof NUMBERS)[number], number>

/** @throws ModelUnusable */
export async function readModel(folder: string): Promise<Model> {
  const path = join(folder, 'model.json')
  const text = await readFile(path, 'utf8').catch((cause: Error) => {
    throw problem('ModelUnusable', { path, reason: cause.message }, { cause })
  })
  const { file, ...model } = parseDescription(text, path)
  return { ...model, path: join(folder, file) }
}

function parseDescription(text: string, path: string): Description {
  let found: Partial<Description> | null
  try {
    found = JSON.parse(text)
  } catch (cause) {
    throw problem('ModelUnusable', { path, reason: 'it is not JSON' }, { cause })
  }
  for (const key of TEXTS) {
    if (typeof found?.[key] !== 'string')
      throw problem('ModelUnusable', { path, reason: `${key} is ${clip(found?.[key])}` })
  }
  for (const key of NUMBERS) {
    if (!Number.isSafeInteger(found?.[key]) || found![key]! < 1)
      throw problem('ModelUnusable', { path, reason: `${key} is ${clip(found?.[key])}` })
  }
  return found as Description
}
