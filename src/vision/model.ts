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
  /** Absent = it understands pictures alone. */
  readonly text?: TextModel
}

/** The encoder for texts, whose vectors lie among those of pictures. */
export interface TextModel {
  readonly path: string
  readonly sha256: string
  /** File of the tokens, one a line. */
  readonly vocabularyPath: string
  /** Tokens of a text at most, the first and the last included; what is beyond is cut off. */
  readonly maxTokens: number
  /** Small letters without accents are looked up. */
  readonly lowerCase: boolean
}

const TEXTS = ['id', 'file', 'sha256'] as const
const NUMBERS = ['dimension', 'shorterSide', 'inputSide', 'saliencySide'] as const
const TEXT_TEXTS = ['file', 'sha256', 'vocabulary'] as const
const TEXT_NUMBERS = ['maxTokens'] as const

type Fields<T extends string, N extends string> = Record<T, string> & Record<N, number>
type Description = Fields<(typeof TEXTS)[number], (typeof NUMBERS)[number]> & { readonly text?: object }
type TextDescription = Fields<(typeof TEXT_TEXTS)[number], (typeof TEXT_NUMBERS)[number]> & {
  readonly lowerCase?: boolean
}

/** @throws ModelUnusable */
export async function readModel(folder: string): Promise<Model> {
  const path = join(folder, 'model.json')
  const json = await readFile(path, 'utf8').catch((cause: Error) => {
    throw problem('ModelUnusable', { path, reason: cause.message }, { cause })
  })
  const found = parseObject(json, path)
  checkFields(found, TEXTS, NUMBERS, path)
  const { file, text, ...model } = found as Description
  return { ...model, path: join(folder, file), ...(text !== undefined && { text: readText(text, folder, path) }) }
}

function readText(found: object, folder: string, path: string): TextModel {
  checkFields({ ...found }, TEXT_TEXTS, TEXT_NUMBERS, path, 'text.')
  const { file, vocabulary, lowerCase = false, ...rest } = found as TextDescription
  return { ...rest, lowerCase, path: join(folder, file), vocabularyPath: join(folder, vocabulary) }
}

function parseObject(text: string, path: string): Readonly<Record<string, unknown>> {
  try {
    return { ...JSON.parse(text) }
  } catch (cause) {
    throw problem('ModelUnusable', { path, reason: 'it is not JSON' }, { cause })
  }
}

function checkFields(
  found: Readonly<Record<string, unknown>>,
  texts: readonly string[],
  numbers: readonly string[],
  path: string,
  prefix = '',
): void {
  const isNumber = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 1
  const wrong = texts.find((key) => typeof found[key] !== 'string') ?? numbers.find((key) => !isNumber(found[key]))
  if (wrong) throw problem('ModelUnusable', { path, reason: `${prefix}${wrong} is ${clip(found[wrong])}` })
}
