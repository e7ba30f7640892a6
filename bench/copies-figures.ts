/** What copies are found, measured on a server that holds real pictures: shared by the benchmark and the test. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Services } from '../src/http/services.ts'
import type { Instance } from '../src/instances/index.ts'
import { labels, SHARED_DATA } from './datasets.ts'
import { workload } from './workload.ts'

export interface MadeCopy {
  /** Relative to the shared data, like `source`. */
  readonly path: string
  readonly source: string
  readonly transform: string
}

export interface FirstShares {
  readonly transform: string
  readonly queries: number
  /** Copies whose original has the highest similarity, and whose original is ranked first. */
  readonly byVector: number
  readonly ranked: number
}

export interface GroupFigures {
  readonly groups: number
  readonly pairs: number
  /** Share of the pairs of a representative and a copy that come from one picture. */
  readonly precision: number
  /** Share of the made copies of a picture that are listed in a group. */
  readonly recall: number
}

/** Results that are looked at for the one with the highest similarity. */
const RESULTS = 50

/** Grocery and clothing. */
export function originals(): string[] {
  return ['grocery', 'clothing'].flatMap((set) => labels(set).map(({ path }) => `${set}/${path}`))
}

export function madeCopies(): MadeCopy[] {
  const [, ...lines] = readFileSync(join(SHARED_DATA, 'copies/copies.csv'), 'utf8').trim().split(/\r?\n/)
  return lines.map((line) => {
    const [path = '', source = '', transform = ''] = line.split(',')
    return { path: `copies/${path}`, source, transform }
  })
}

/** Puts pictures, each as a product of its own that has its path for a name. */
export async function putAll({ images }: Services, instance: Instance, paths: readonly string[]): Promise<void> {
  await workload({ callers: 4, count: paths.length, limitMs: 3_600_000 }, async (i) => {
    const path = paths[i]!
    const picture = readFileSync(join(SHARED_DATA, path))
    await images.put(instance.id, { productId: path, picName: 'a', picture }, { priority: 'import' })
  })
}

/** Searches with every copy among the originals. */
export async function firstShares(
  { search }: Services,
  instance: Instance,
  copies: readonly MadeCopy[],
): Promise<FirstShares[]> {
  const counts = new Map<string, { queries: number; byVector: number; ranked: number }>()
  await workload({ callers: 4, count: copies.length, limitMs: 3_600_000 }, async (i) => {
    const { path, source, transform } = copies[i]!
    const { results } = await search.byPicture(instance, readFileSync(join(SHARED_DATA, path)), { num: RESULTS })
    const nearest = results.reduce((best, result) => (result.similarity > best.similarity ? result : best))
    const count = counts.get(transform) ?? { queries: 0, byVector: 0, ranked: 0 }
    counts.set(transform, count)
    count.queries++
    if (nearest.image.productId === source) count.byVector++
    if (results[0]?.image.productId === source) count.ranked++
  })
  return [...counts].map(([transform, count]) => ({ transform, ...count }))
}

/** Lists all groups of an instance that holds originals and copies. */
export async function groupFigures(
  { copies: room }: Services,
  instance: Instance,
  copies: readonly MadeCopy[],
): Promise<GroupFigures> {
  const sourceOf = new Map(copies.map(({ path, source }) => [path, source]))
  const source = (path: string) => sourceOf.get(path) ?? path
  const listed = new Set<string>()
  let [groups, pairs, right] = [0, 0, 0]
  for (let after: number | undefined = 0; after !== undefined; ) {
    const page = await room.list(instance, { after, limit: 100 })
    for (const { representative, copies: members } of page.groups) {
      groups++
      for (const { image } of members) {
        pairs++
        if (source(image.productId) !== source(representative.productId)) continue
        right++
        listed.add(image.productId)
      }
    }
    after = page.next
  }
  return { groups, pairs, precision: right / pairs, recall: listed.size / copies.length }
}
