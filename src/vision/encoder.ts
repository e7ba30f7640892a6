/** The model in a session: pixels -> vector and saliency map. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { problem } from '../errors.ts'
import type { Model } from './model.ts'

export interface Encoding {
  /** Length 1. */
  readonly vector: Float32Array
  /** `saliencySide` squared cells, first row on top: large where the subject is. */
  readonly saliency: Float32Array
}

export interface Encoder {
  readonly model: Model
  /** @param pixels RGB bytes of a square of `model.inputSide` pixels */
  encode(pixels: Uint8Array): Promise<Encoding>
}

/**
 * Loads a model into a session of one thread: more threads a session cost CPU and gain nothing.
 *
 * @throws ModelUnusable when the file is not the one that model.json describes, or does not load
 */
export async function loadEncoder(model: Model): Promise<Encoder> {
  const { path, inputSide } = model
  const unusable = (reason: string, cause?: unknown): Error => problem('ModelUnusable', { path, reason }, { cause })
  const file = await readFile(path).catch((cause: Error) => {
    throw unusable(cause.message, cause)
  })
  const sha256 = createHash('sha256').update(file).digest('hex')
  if (sha256 !== model.sha256) throw unusable(`its sha256 is ${sha256}, but model.json says ${model.sha256}`)
  const session = await InferenceSession.create(file, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
  }).catch((cause: Error) => {
    throw unusable(cause.message, cause)
  })
  return {
    model,
    async encode(pixels) {
      const { embedding, saliency } = await session.run({
        pixels: new Tensor('uint8', pixels, [1, inputSide, inputSide, 3]),
      })
      if (embedding?.size !== model.dimension || !saliency)
        throw unusable(`it answers ${embedding?.size ?? 'no'} numbers, but model.json says ${model.dimension}`)
      return { vector: embedding.data as Float32Array, saliency: saliency.data as Float32Array }
    },
  }
}
