/** A thread of `measureDecodeEmbedRate`: the preprocessing of the model's card and the model, two pictures in flight. */
import { readFileSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import sharp from 'sharp'
import { loadEncoder } from '../src/vision/encoder.ts'
import type { Model } from '../src/vision/model.ts'
import { cropCentre } from '../src/vision/raw-picture.ts'
import { workload } from './workload.ts'

sharp.concurrency(1)
sharp.cache(false)

const { model, files } = workerData as { model: Model; files: string[] }
const pictures = files.map((file) => readFileSync(file))
const encoder = await loadEncoder(model)

parentPort!.once('message', async () => {
  await workload({ callers: 2, count: pictures.length }, async (i) => {
    const { data, info } = await sharp(pictures[i])
      .autoOrient()
      .flatten({ background: '#ffffff' })
      .resize({ width: model.shorterSide, height: model.shorterSide, fit: 'outside', kernel: 'linear' })
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true })
    await encoder.encode(cropCentre({ data, width: info.width, height: info.height }, model.inputSide))
  })
  parentPort!.postMessage('done')
})
parentPort!.postMessage('ready')
