/**
 * One generation of an instance's index: a table of the engine, made on one basis, and how far in the change log it is.
 * The store keeps what is needed to open it again.
 */
import type { Logger } from '../ops/log.ts'
import { type Basis, drawCohort, measureBasis } from './basis.ts'
import { centre } from './centring.ts'
import type { Matrix } from './matrix.ts'
import type { IndexRow, VectorEngine, VectorTable } from './port.ts'
import type { Change, Generation, VectorSource } from './vectors.ts'

/** Changes and images that are read from the store at once; small enough to hold the event loop for a few ms only. */
const PAGE = 1000

export interface OpenGeneration {
  readonly id: number
  readonly basis: Basis
  readonly table: VectorTable
  /** The table has every change up to this one. */
  appliedSeq: number
  /** Rows of the table after the last write. */
  rows: number
  /** Searches that are reading the table. */
  readonly readers: Set<Promise<unknown>>
}

export interface CollectionParts {
  readonly engine: VectorEngine
  readonly source: VectorSource
  readonly instanceId: number
  readonly model: string
  readonly dimension: number
  readonly log: Logger
}

export function tableName({ id, instanceId }: Pick<Generation, 'id' | 'instanceId'>): string {
  return `instance-${instanceId}-${id}`
}

/** The newest generation that can be used, brought up to date; all others of the instance are removed. */
export async function openSaved(parts: CollectionParts): Promise<OpenGeneration | undefined> {
  const { engine, source, instanceId, model, log } = parts
  const tables = new Set(await engine.list())
  const saved = (await source.generations()).filter((generation) => generation.instanceId === instanceId)
  const isUsable = (generation: Generation) =>
    generation.state === 'active' && generation.model === model && tables.has(tableName(generation))
  const newest = saved.findLast(isUsable)
  for (const generation of saved) if (generation !== newest) await remove(parts, generation)
  if (!newest) return undefined
  try {
    const generation = await open(parts, newest, await drawCohort(source, instanceId, model, newest.mean))
    while ((await catchUp(parts, generation)) > 0);
    const images = await source.countImages(instanceId)
    if (generation.rows === images) return generation
    log.warn(
      { instanceId, rows: generation.rows, images },
      'the vector index does not match the store; making it again',
    )
    await generation.table.close()
  } catch (err) {
    log.warn({ err, instanceId }, 'the vector index cannot be opened; making it again')
  }
  await remove(parts, newest)
  return undefined
}

/**
 * Makes a new generation from all images of the store.
 *
 * @param exclusively holds back the changes of other generations of the instance
 */
export async function build(
  parts: CollectionParts,
  exclusively: <T>(task: () => Promise<T>) => Promise<T>,
  signal: AbortSignal,
): Promise<OpenGeneration> {
  const { source, instanceId, model, dimension } = parts
  const { mean, calibration, cohort } = await measureBasis(source, instanceId, model, dimension)
  const saved = await exclusively(async () => {
    // Held back, since the store forgets the log up to where all generations are, and this one is not among them yet.
    const appliedSeq = await source.lastSeq(instanceId)
    return source.createGeneration({ instanceId, model, state: 'building', mean, calibration, appliedSeq })
  })
  try {
    const generation = await open(parts, saved, cohort)
    await fill(parts, generation, signal)
    await generation.table.maintain()
    // Not to the end: while others write there is none. The rest comes when the generation takes over.
    while ((await catchUp(parts, generation)) > PAGE / 2) signal.throwIfAborted()
    await source.updateGeneration(generation.id, { state: 'active' })
    return generation
  } catch (error) {
    // Where this fails, too, the next start removes it.
    await remove(parts, saved).catch(() => {})
    throw error
  }
}

async function fill(parts: CollectionParts, generation: OpenGeneration, signal: AbortSignal): Promise<void> {
  for (let afterId = 0; ; ) {
    signal.throwIfAborted()
    const images = await parts.source.imagesAfter(parts.instanceId, parts.model, afterId, PAGE)
    if (images.length > 0) await write(generation, images)
    // A page that is not full was the last one; images that have come since are in the log.
    if (images.length < PAGE) return
    afterId = images.at(-1)!.imageId
  }
}

/**
 * Applies the next changes of the log to the table.
 *
 * The log and not what was announced in memory is what counts: a change whose announcement was late or lost is applied
 * all the same, so that everything up to `appliedSeq` really is in the table.
 *
 * @returns how many there were; 0 = the table is up to date
 */
export async function catchUp(parts: CollectionParts, generation: OpenGeneration): Promise<number> {
  const { source, instanceId, model } = parts
  const changes = await source.changesAfter(instanceId, model, generation.appliedSeq, PAGE)
  if (changes.length === 0) return 0
  await write(generation, changes)
  const appliedSeq = changes.at(-1)!.seq
  await source.updateGeneration(generation.id, { appliedSeq })
  generation.appliedSeq = appliedSeq
  return changes.length
}

/** Takes a generation out of service, when the searches that read it are done. */
export async function retire(
  { engine, source, instanceId }: CollectionParts,
  { id, table, readers }: OpenGeneration,
): Promise<void> {
  await source.deleteGeneration(id)
  await Promise.allSettled(readers)
  await table.close()
  await engine.drop(tableName({ id, instanceId }))
}

async function open(
  { engine, dimension }: CollectionParts,
  saved: Generation,
  cohort: Matrix,
): Promise<OpenGeneration> {
  const table = await engine.open(tableName(saved), dimension)
  const { id, mean, calibration, appliedSeq } = saved
  return { id, basis: { mean, calibration, cohort }, table, appliedSeq, rows: await table.count(), readers: new Set() }
}

async function remove({ source, engine }: CollectionParts, generation: Generation): Promise<void> {
  await source.deleteGeneration(generation.id)
  await engine.drop(tableName(generation))
}

async function write(generation: OpenGeneration, changes: readonly Change[]): Promise<void> {
  const { table, basis } = generation
  const rows: IndexRow[] = []
  const removed: number[] = []
  for (const { imageId, image } of changes) {
    if (image) rows.push({ ...image, id: imageId, vector: centre(image.vector, basis.mean) })
    else removed.push(imageId)
  }
  if (rows.length > 0) await table.upsert(rows)
  if (removed.length > 0) await table.remove(removed)
  generation.rows = await table.count()
}
