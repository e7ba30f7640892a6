/**
 * Pictures a second through the vision room, beside decoding and embedding the same bytes with nothing around it.
 *
 *     npm run bench encoder-rate
 */
import { existsSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import { createVision, PICTURE_RULES, type Vision } from '../src/vision/index.ts'
import { readModel } from '../src/vision/model.ts'
import { labels, SHARED_DATA } from './datasets.ts'
import { type Figure, percentile, report } from './report.ts'
import { workload } from './workload.ts'

const MODEL_FOLDER = fileURLToPath(new URL('../models/sightline-mini', import.meta.url))

const ROUNDS = 5
/** Of the clock in /proc: 100 a second on Linux. */
const MS_PER_TICK = 10
/** Every how many-th picture is in a round. */
const PICTURES_STEP = 10

export interface Rate {
  readonly pictures: number
  readonly seconds: number
  readonly picturesPerSecond: number
  /** Processor time with that of the workers (0 where there is no /proc): says the same on a busy machine. */
  readonly cpuMsPerPicture: number
}

/**
 * Decodes, resizes and embeds the files in worker threads and does nothing else: the ceiling of every import and search.
 *
 * Files are in memory and sessions loaded before the clock starts.
 */
export async function measureDecodeEmbedRate(
  files: readonly string[],
  workers: number = availableParallelism(),
): Promise<Rate> {
  const model = await readModel(MODEL_FOLDER)
  const threads = Array.from({ length: workers }, (_, i) => {
    const share = files.filter((_, at) => at % workers === i)
    return new Worker(new URL('./encoder-rate-thread.ts', import.meta.url), { workerData: { model, files: share } })
  })
  const answers = (): Promise<unknown[]> =>
    Promise.all(
      threads.map(
        (thread) =>
          new Promise((resolve, reject) => {
            thread.once('message', resolve)
            thread.once('error', reject)
          }),
      ),
    )
  await answers()
  const rate = await timed(files.length, async () => {
    const ended = answers()
    for (const thread of threads) thread.postMessage('go')
    await ended
  })
  await Promise.all(threads.map((thread) => thread.terminate()))
  return rate
}

async function timed(pictures: number, work: () => Promise<unknown>): Promise<Rate> {
  const cpu = processorMs()
  const start = performance.now()
  await work()
  const seconds = (performance.now() - start) / 1000
  const cpuMsPerPicture = (processorMs() - cpu) / pictures
  return { pictures, seconds, picturesPerSecond: pictures / seconds, cpuMsPerPicture }
}

/** Of this process and its children so far. */
function processorMs(): number {
  const list = `/proc/${process.pid}/task/${process.pid}/children`
  if (!existsSync(list)) return 0
  const pids = [process.pid, ...readFileSync(list, 'utf8').split(' ').filter(Boolean)]
  const ticks = pids.map((pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
    return Number(fields[11]) + Number(fields[12])
  })
  return ticks.reduce((sum, value) => sum + value, 0) * MS_PER_TICK
}

/** The same by worker processes as the server has them, without a server. */
export async function measureWorkersAlone(files: readonly string[]): Promise<Rate> {
  const vision = await createVision({ modelFolder: MODEL_FOLDER })
  try {
    return await measureVisionRate(vision, files, false)
  } finally {
    await vision.close()
  }
}

/** The same files through `analyse`, as an import does it. */
async function measureVisionRate(vision: Vision, files: readonly string[], thumbnail: boolean): Promise<Rate> {
  const bytes = files.map((file) => readFileSync(file))
  return timed(files.length, () =>
    workload({ callers: 4 * vision.load().workers, count: files.length }, async (i) => {
      await vision.analyse(bytes[i]!, { rules: PICTURE_RULES.open, priority: 'import', thumbnail })
    }),
  )
}

/** Short rounds in turn, so that other work on the machine weighs on all alike. */
async function main(): Promise<void> {
  const pictures = labels('grocery')
  const cores = availableParallelism()
  const vision = await createVision({ modelFolder: MODEL_FOLDER, workers: cores })
  const withOneMore = await createVision({ modelFolder: MODEL_FOLDER, workers: cores + 1 })
  const measureRound = async (files: readonly string[]) => ({
    alone: await measureDecodeEmbedRate(files),
    analyse: await measureVisionRate(vision, files, false),
    thumbnails: await measureVisionRate(vision, files, true),
    oneMore: await measureVisionRate(withOneMore, files, true),
  })
  const rounds: Awaited<ReturnType<typeof measureRound>>[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const chosen = pictures.filter((_, i) => i % PICTURES_STEP === round)
    rounds.push(await measureRound(chosen.map(({ path }) => join(SHARED_DATA, 'grocery', path))))
  }
  await Promise.all([vision.close(), withOneMore.close()])
  type Way = keyof (typeof rounds)[number]
  const middle = (of: (round: (typeof rounds)[number]) => number): number => percentile(rounds.map(of), 0.5)
  // Of processor time, not of the clock: both ways fill all processors, and other work on the machine falls out.
  const ratio = (way: Way): number => middle((round) => round.alone.cpuMsPerPicture / round[way].cpuMsPerPicture)
  const rows = (way: Way, name: string, atLeast?: number): Figure[] => [
    { name, value: middle((round) => round[way].picturesPerSecond), unit: 'pict/s' },
    { name: '  processor time a picture', value: middle((round) => round[way].cpuMsPerPicture), unit: 'ms' },
    ...(way === 'alone'
      ? []
      : [{ name: '  efficiency: alone / this', value: ratio(way), unit: '', ...(atLeast ? { atLeast } : {}) }]),
  ]
  const isKept = report('encoder-rate', [
    ...rows('alone', `decode and embed alone, ${cores} threads`),
    ...rows('analyse', `analyse, ${cores} workers`, 0.8),
    ...rows('thumbnails', `analyse with thumbnail, ${cores} workers`, 0.75),
    ...rows('oneMore', `analyse with thumbnail, ${cores + 1} workers`),
  ])
  process.exitCode = isKept ? 0 : 1
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main()
