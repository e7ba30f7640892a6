/** The encoder for texts in a session: words -> vector. */
import { readFile } from 'node:fs/promises'
import { Tensor } from 'onnxruntime-node'
import { problem } from '../errors.ts'
import { openSession } from './encoder.ts'
import type { TextModel } from './model.ts'
import { createWordPieces } from './word-pieces.ts'

/** @returns vectors of length 1 */
export type EmbedText = (text: string) => Promise<Float32Array>

/**
 * @param dimension that of the vectors of pictures
 * @throws ModelUnusable when a file is not the one that model.json describes, or does not load
 */
export async function loadTextEncoder(model: TextModel, dimension: number): Promise<EmbedText> {
  const { path, vocabularyPath } = model
  const session = await openSession(model)
  const vocabulary = await readFile(vocabularyPath, 'utf8').catch((cause: Error) => {
    throw problem('ModelUnusable', { path: vocabularyPath, reason: cause.message }, { cause })
  })
  const words = createWordPieces(vocabulary, model)
  if (!words) throw problem('ModelUnusable', { path: vocabularyPath, reason: 'it lacks [CLS], [SEP] or [UNK]' })

  return async (text) => {
    const tokens = words.tokens(text)
    const { embedding } = await session.run({
      tokens: new Tensor('int64', BigInt64Array.from(tokens, BigInt), [1, tokens.length]),
    })
    if (embedding?.size !== dimension) {
      const reason = `it answers ${embedding?.size ?? 'no'} numbers, but model.json says ${dimension}`
      throw problem('ModelUnusable', { path, reason })
    }
    return embedding.data as Float32Array
  }
}
