/**
 * Vectors of a picture set as the server makes them, kept between runs in the folder for temporary files.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createVision, PICTURE_RULES } from '../src/vision/index.ts'
import { type LabelledPicture, labels, SHARED_DATA } from './datasets.ts'
import { workload } from './workload.ts'

export interface PictureVector extends LabelledPicture {
  /** Length 1, raw. */
  readonly vector: Float32Array
}

/** All pictures of a set with their vectors; the first run embeds them, about half a minute a thousand. */
export async function setVectors(set: string): Promise<PictureVector[]> {
  const pictures = labels(set)
  const vision = await createVision({
    modelFolder: fileURLToPath(new URL('../models/sightline-mini', import.meta.url)),
  })
  const { id, dimension } = vision.model
  const folder = join(tmpdir(), 'sightline-bench')
  const file = join(folder, `${set}-${id}.f32`)
  try {
    if (!existsSync(file)) {
      const all = new Float32Array(pictures.length * dimension)
      await workload({ callers: 4, count: pictures.length, limitMs: 3_600_000 }, async (i) => {
        const bytes = readFileSync(join(SHARED_DATA, set, pictures[i]!.path))
        const { vector } = await vision.analyse(bytes, { rules: PICTURE_RULES.open, priority: 'import' })
        all.set(vector, i * dimension)
      })
      mkdirSync(folder, { recursive: true })
      writeFileSync(file, all)
    }
  } finally {
    await vision.close()
  }
  const bytes = readFileSync(file)
  return pictures.map((picture, i) => ({
    ...picture,
    vector: new Float32Array(bytes.buffer, bytes.byteOffset + i * dimension * 4, dimension).slice(),
  }))
}
