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

/** @throws ModelUnusable when the file is not the one that model.json describes, or does not load */
export async function loadEncoder(model: Model): Promise<Encoder> {
  const { path, inputSide } = model
  const session = await openSession(model)
  return {
    model,
    async encode(pixels) {
      const { embedding, saliency } = await session.run({
        pixels: new Tensor('uint8', pixels, [1, inputSide, inputSide, 3]),
      })
      if (embedding?.size !== model.dimension || !saliency) {
        const reason = `it answers ${embedding?.size ?? 'no'} numbers, but model.json says ${model.dimension}`
        throw problem('ModelUnusable', { path, reason })
      }
      return { vector: embedding.data as Float32Array, saliency: saliency.data as Float32Array }
    },
  }
}

/**
 * Loads an ONNX file into a session of one thread: more threads a session cost CPU and gain nothing.
 *
 * @throws ModelUnusable when it has another sha256, or does not load
 */
export async function openSession({ path, sha256 }: { path: string; sha256: string }): Promise<InferenceSession> {
  const unusable = (reason: string, cause?: unknown): Error => problem('ModelUnusable', { path, reason }, { cause })
  const file = await readFile(path).catch((cause: Error) => {
    throw unusable(cause.message, cause)
  })
  const found = createHash('sha256').update(file).digest('hex')
  if (found !== sha256) throw unusable(`its sha256 is ${found}, but model.json says ${sha256}`)
  return InferenceSession.create(file, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
  }).catch((cause: Error) => {
    throw unusable(cause.message, cause)
  })
}
