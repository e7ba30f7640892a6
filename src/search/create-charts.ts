import { Worker } from 'node:worker_threads'
import { problem } from '../errors.ts'
import { imagesAtEvenDistances, momentsAtEvenDistances } from '../store/image-samples.ts'
import { countImages } from '../store/images.ts'
import type { Store } from '../store/index.ts'
import { lastChange } from '../store/vector-index.ts'
import type { Charts, InstanceMap } from './charts.ts'
import type { Projection } from './project.ts'
import type { ProjectJob } from './project-thread.ts'

/** As many points as can be told apart on a screen, and 4 MB of vectors. */
const MAP_IMAGES = 4000
const GROWTH_POINTS = 100
/** Maps that are kept, of some 0.5 MB each: the ones asked for last. */
const KEPT_MAPS = 8

const THREAD = new URL(`./project-thread.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url)

interface Kept {
  readonly seq: number
  readonly map: Promise<InstanceMap>
}

export function createCharts({ store: { read } }: { readonly store: Pick<Store, 'read'> }): Charts {
  const maps = new Map<number, Kept>()
  const threads = new Set<Worker>()

  function inThread(job: ProjectJob): Promise<Projection> {
    const thread = new Worker(THREAD, { workerData: job, transferList: [job.vectors.buffer as ArrayBuffer] })
    threads.add(thread)
    return new Promise<Projection>((resolve, reject) => {
      thread.once('message', resolve)
      thread.once('error', reject)
      thread.once('exit', () => reject(problem('StoppingNow', {})))
    }).finally(() => threads.delete(thread))
  }

  async function draw({ id, model }: { id: number; model: string }): Promise<InstanceMap> {
    const [images, sample] = await Promise.all([
      countImages(read, id),
      imagesAtEvenDistances(read, id, model, MAP_IMAGES),
    ])
    const dimension = sample[0]?.vector.length ?? 0
    const vectors = new Float32Array(sample.length * dimension)
    for (const [i, { vector }] of sample.entries()) vectors.set(vector, i * dimension)
    const { places, explained } = await inThread({ vectors, dimension })
    const points = sample.map(({ vector: _, ...image }, i) => ({
      ...image,
      x: rounded(places[2 * i]!),
      y: rounded(places[2 * i + 1]!),
    }))
    return { images, points, explained }
  }

  return {
    async map(instance) {
      const seq = await lastChange(read, instance.id)
      const known = maps.get(instance.id)
      const kept = known?.seq === seq ? known : { seq, map: draw(instance) }
      // Asked for last goes last, so that the first one is the one to let go.
      maps.delete(instance.id)
      maps.set(instance.id, kept)
      if (maps.size > KEPT_MAPS) maps.delete(maps.keys().next().value as number)
      kept.map.catch(() => maps.get(instance.id) === kept && maps.delete(instance.id))
      return kept.map
    },

    async growth({ id }) {
      const [images, moments] = await Promise.all([
        countImages(read, id),
        momentsAtEvenDistances(read, id, GROWTH_POINTS),
      ])
      return moments.map((atMs, i) => ({ atMs, images: Math.round((images * (i + 1)) / moments.length) }))
    },

    async close() {
      await Promise.all([...threads].map((thread) => thread.terminate()))
    },
  }
}

/** A ten-thousandth is less than a pixel, and short in JSON. */
const rounded = (place: number): number => Math.round(place * 10_000) / 10_000
