/** Examines a data folder: is everything there that the store says, and nothing else? */
import type { Thumbnails } from '../images/index.ts'
import type { Instance, Instances } from '../instances/index.ts'
import {
  checkFile,
  correctImageCount,
  forgetThumbnails,
  type ImageToCheck,
  imageCounts,
  imagesToCheck,
} from '../store/checks.ts'
import type { Store } from '../store/index.ts'
import type { Vectors } from '../vectors/index.ts'
import { createIdSet, type IdSet } from './id-set.ts'

export type FindingKind =
  | 'database-damaged'
  | 'count-wrong'
  | 'vector-missing'
  | 'image-not-indexed'
  | 'index-outdated'
  | 'thumbnail-missing'
  | 'thumbnail-unused'

export interface Finding {
  readonly kind: FindingKind
  /** '' = the whole data folder. */
  readonly instance: string
  readonly count: number
  /** Some of what was found: sentences, `product/picture`, ids or files. */
  readonly examples: readonly string[]
  readonly repaired: boolean
  /** What it means, and what to do when it is not repaired. */
  readonly hint: string
}

export interface Diagnosis {
  /** Nothing is wrong (any more). */
  readonly healthy: boolean
  readonly instances: number
  readonly images: number
  readonly findings: readonly Finding[]
}

export interface Doctor {
  /**
   * Compares store, index and thumbnails of every instance; may run while others read and write.
   *
   * @param options.repair makes the index again where it differs, corrects counts, forgets thumbnails whose file is
   * gone and deletes files that no image names
   */
  examine(options: { repair: boolean; signal?: AbortSignal }): Promise<Diagnosis>
}

export interface DoctorParts {
  readonly store: Store
  readonly instances: Pick<Instances, 'list'>
  readonly vectors: Pick<Vectors, 'ids' | 'rebuild'>
  readonly thumbnails: Pick<Thumbnails, 'exists' | 'list' | 'remove'>
  readonly clock?: () => number
}

const PAGE = 1000
const EXAMPLES = 5
/** A thumbnail is written before its image is committed; a file younger than this may still get its image. */
const YOUNG_MS = 10 * 60_000

const HINTS: Readonly<Record<FindingKind, string>> = {
  'database-damaged': 'The database file is damaged. Stop the server and go back to a backup.',
  'count-wrong': 'The number of images is not what the instance remembers; --repair counts again.',
  'vector-missing': 'Images without a vector of the model are never found; add or import these pictures again.',
  'image-not-indexed': 'Images are stored but not found; --repair makes the index again.',
  'index-outdated': 'The index holds images that are no longer stored; --repair makes it again.',
  'thumbnail-missing':
    'Results show no picture for these; --repair forgets them, adding the picture again brings them back.',
  'thumbnail-unused': 'Files that no image names take space; --repair deletes them.',
}

interface Found {
  readonly kind: FindingKind
  readonly count: number
  readonly examples: readonly string[]
  readonly repair?: () => Promise<void>
}

export function createDoctor(parts: DoctorParts): Doctor {
  const { store, instances } = parts
  return {
    async examine({ repair, signal }) {
      const findings: Finding[] = []
      let images = 0
      async function note(instance: string, { kind, count, examples, repair: mend }: Found): Promise<void> {
        if (repair) await mend?.()
        const repaired = repair && mend !== undefined
        findings.push({ kind, instance, count, examples: examples.slice(0, EXAMPLES), repaired, hint: HINTS[kind] })
      }

      const damage = await checkFile(store.read, EXAMPLES)
      if (damage.length > 0) await note('', { kind: 'database-damaged', count: damage.length, examples: damage })
      const all = await instances.list()
      for (const instance of all) {
        const found = await examineInstance(parts, instance, signal)
        images += found.images
        for (const finding of found.findings) await note(instance.name, finding)
      }
      return { healthy: findings.every(({ repaired }) => repaired), instances: all.length, images, findings }
    },
  }
}

async function examineInstance(
  parts: DoctorParts,
  instance: Instance,
  signal: AbortSignal | undefined,
): Promise<{ images: number; findings: Found[] }> {
  const { store, thumbnails } = parts
  const before = createIdSet()
  const names = new Set<string>()
  const vectorless: ImageToCheck[] = []
  const pictureless: ImageToCheck[] = []
  let images = 0
  for await (const page of pages(store, instance, signal)) {
    images += page.length
    for (const image of page) {
      if (image.hasVector) before.add(image.id)
      else vectorless.push(image)
      if (image.thumbnail !== '') names.add(image.thumbnail)
    }
    const there = await Promise.all(page.map(({ thumbnail }) => thumbnail === '' || thumbnails.exists(thumbnail)))
    pictureless.push(...page.filter((_, i) => !there[i]))
  }
  const { counted, remembered } = await imageCounts(store.read, instance.id)
  const gone = await stillNamed(store, instance, pictureless)
  const findings: Found[] = [
    ...(await compareIndex(parts, instance, before, signal)),
    ...(await unusedThumbnails(parts, instance, names)),
  ]
  if (counted !== remembered) {
    const repair = () => store.write((trx) => correctImageCount(trx, instance.id))
    findings.push({ kind: 'count-wrong', count: 1, examples: [`${remembered} instead of ${counted}`], repair })
  }
  if (vectorless.length > 0) {
    findings.push({ kind: 'vector-missing', count: vectorless.length, examples: vectorless.map(title) })
  }
  if (gone.length > 0) {
    const repair = () => store.write((trx) => forgetThumbnails(trx, gone))
    findings.push({ kind: 'thumbnail-missing', count: gone.length, examples: gone.map(title), repair })
  }
  return { images, findings }
}

/**
 * Index against store. Others may write meanwhile, so the store is read before and after the index: an image that was
 * there both times must be in the index, and one that was there neither time must not.
 */
async function compareIndex(
  { store, vectors }: DoctorParts,
  instance: Instance,
  before: IdSet,
  signal: AbortSignal | undefined,
): Promise<Found[]> {
  const indexed = createIdSet()
  for await (const ids of vectors.ids(instance.id)) for (const id of ids) indexed.add(id)
  const after = createIdSet()
  const missing: ImageToCheck[] = []
  for await (const page of pages(store, instance, signal)) {
    for (const image of page) {
      after.add(image.id)
      if (image.hasVector && before.has(image.id) && !indexed.has(image.id)) missing.push(image)
    }
  }
  const outdated = [...indexed.values()].filter((id) => !before.has(id) && !after.has(id))
  const repair = () => vectors.rebuild(instance.id)
  const findings: Found[] = []
  if (missing.length > 0) {
    findings.push({ kind: 'image-not-indexed', count: missing.length, examples: missing.map(title), repair })
  }
  if (outdated.length > 0) {
    const examples = outdated.map((id) => `image ${id}`)
    // One rebuild mends both.
    const done = missing.length > 0 ? async () => {} : repair
    findings.push({ kind: 'index-outdated', count: outdated.length, examples, repair: done })
  }
  return findings
}

async function unusedThumbnails(
  { thumbnails, clock = Date.now }: DoctorParts,
  instance: Instance,
  names: ReadonlySet<string>,
): Promise<Found[]> {
  const unused: string[] = []
  for await (const { name, modifiedMs } of thumbnails.list(instance.id)) {
    if (!names.has(name) && modifiedMs < clock() - YOUNG_MS) unused.push(name)
  }
  if (unused.length === 0) return []
  const repair = async (): Promise<void> => {
    for (const name of unused) await thumbnails.remove(name)
  }
  return [{ kind: 'thumbnail-unused', count: unused.length, examples: unused, repair }]
}

/** Of images whose thumbnail was missing: those that name it even now, and not another one since. */
async function stillNamed(store: Store, instance: Instance, images: readonly ImageToCheck[]): Promise<ImageToCheck[]> {
  const named: ImageToCheck[] = []
  for (const image of images) {
    const page = { instanceId: instance.id, model: instance.model, afterId: image.id - 1, limit: 1 }
    const [now] = await imagesToCheck(store.read, page)
    if (now?.id === image.id && now.thumbnail === image.thumbnail) named.push(now)
  }
  return named
}

async function* pages(
  store: Store,
  { id: instanceId, model }: Instance,
  signal: AbortSignal | undefined,
): AsyncGenerator<ImageToCheck[]> {
  for (let afterId = 0; ; ) {
    signal?.throwIfAborted()
    const page = await imagesToCheck(store.read, { instanceId, model, afterId, limit: PAGE })
    if (page.length === 0) return
    yield page
    afterId = page.at(-1)?.id ?? afterId
  }
}

function title({ productId, picName }: ImageToCheck): string {
  return `${productId}/${picName}`
}
