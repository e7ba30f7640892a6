import { setImmediate as nextTurn } from 'node:timers/promises'
import { problem } from '../errors.ts'
import { type Hash, type Hashes, type InstanceHashes, isPlain, mirrored } from '../hashes/index.ts'
import type { Image, Images } from '../images/index.ts'
import {
  type DecisionRecord,
  decidedWith,
  deleteDecision,
  existingImages,
  imagesOfDecision,
  insertDecision,
  listDecisions,
} from '../store/copies.ts'
import { loadVectors } from '../store/images.ts'
import type { Store } from '../store/index.ts'
import { type Copies, type CopyGroup, type Decided, MAX_COPIES, MAX_DECIDED, MAX_DECIDED_SHOWN } from './copies.ts'

export interface CopiesParts {
  readonly store: Store
  readonly hashes: Hashes
  readonly images: Pick<Images, 'load'>
}

/**
 * Least cosine of a copy's vector by the bits in which its hash differs: the more differ, the surer the vector must be.
 * Measured: docs/explanation/copies.md.
 */
const LEAST_SIMILARITY = [0.7, 0.85, 0.93, 0.95] as const
const COPY_BITS = LEAST_SIMILARITY.length - 1
/** Comparisons of hashes for one page: some 0.3 s of processor time. */
const COMPARED_A_PAGE = 60_000_000
/** Comparisons between two turns of the event loop. */
const COMPARED_A_TURN = 400_000
/** Vectors that are read for one page. */
const VERIFIED_A_PAGE = 5_000
/** Vectors that are read at once. */
const BLOCK = 50
const IDS_AT_ONCE = 500

interface Near {
  readonly id: number
  readonly distance: number
  readonly isMirrored: boolean
}

interface Verified extends Near {
  readonly similarity: number
}

export function createCopies({ store, hashes, images }: CopiesParts): Copies {
  /** Those of `near` whose vectors agree with the image's and that nobody has decided about, in order; in blocks. */
  async function* verify(id: number, model: string, near: readonly Near[]): AsyncGenerator<Verified[]> {
    for (let at = 0; at < near.length; at += BLOCK) {
      const block = near.slice(at, at + BLOCK)
      const ids = block.map((other) => other.id)
      const [stored, decided] = await Promise.all([
        loadVectors(store.read, model, [id, ...ids]),
        decidedWith(store.read, id, ids),
      ])
      const own = stored.get(id)
      if (!own) return
      yield block.flatMap((other) => {
        const vector = stored.get(other.id)
        const similarity = vector ? dot(own, vector) : 0
        return similarity >= LEAST_SIMILARITY[other.distance]! && !decided.has(other.id)
          ? [{ ...other, similarity }]
          : []
      })
    }
  }

  /**
   * The copies of an image that were put later; undefined when it is itself a copy of an earlier one, with which it is
   * shown. Only earlier *images* count, not whether those are representatives: a page can then begin anywhere.
   */
  async function copiesOf(id: number, model: string, near: readonly Near[]): Promise<Verified[] | undefined> {
    const earlier = near.filter((other) => other.id < id)
    for await (const block of verify(id, model, earlier)) if (block.length > 0) return undefined
    const copies: Verified[] = []
    const later = near.filter((other) => other.id > id)
    for await (const block of verify(id, model, later)) {
      copies.push(...block)
      if (copies.length > MAX_COPIES) break
    }
    return copies
  }

  async function toGroup(instanceId: number, id: number, copies: readonly Verified[]): Promise<CopyGroup | undefined> {
    const shown = copies.slice(0, MAX_COPIES)
    const rows = await images.load(instanceId, [id, ...shown.map((copy) => copy.id)])
    const representative = rows.get(id)
    const there = shown.flatMap(({ id: copyId, ...copy }) => withImage(rows.get(copyId), copy))
    if (!representative || there.length === 0) return undefined
    return { representative, copies: there, hasMore: copies.length > MAX_COPIES }
  }

  async function toDecided(instanceId: number, record: DecisionRecord): Promise<Decided> {
    const { number: id, images: imageCount, decision, decidedMs } = record
    const ids = await imagesOfDecision(store.read, id, MAX_DECIDED_SHOWN)
    const rows = await images.load(instanceId, ids)
    return { id, decision, decidedMs, images: ids.flatMap((one) => rows.get(one) ?? []), imageCount }
  }

  return {
    async list({ id: instanceId, model }, { after, limit, signal }) {
      const table = await hashes.open(instanceId)
      const groups: CopyGroup[] = []
      let [last, compared, turnAt, verified] = [after, 0, COMPARED_A_TURN, 0]
      for (;;) {
        const ids = table.idsAfter(last, IDS_AT_ONCE)
        if (ids.length === 0) return { groups }
        for (const id of ids) {
          if (groups.length >= limit || compared >= COMPARED_A_PAGE || verified >= VERIFIED_A_PAGE) {
            return { groups, next: last }
          }
          signal?.throwIfAborted()
          last = id
          const hash = table.get(id)
          if (!hash || isPlain(hash)) continue
          compared += 2 * table.size
          if (compared >= turnAt) {
            turnAt = compared + COMPARED_A_TURN
            await nextTurn()
          }
          const near = await nearEither(table, id, hash)
          if (near.length === 0) continue
          verified += Math.min(near.length, MAX_COPIES + BLOCK)
          const copies = await copiesOf(id, model, near)
          const group = copies && copies.length > 0 && (await toGroup(instanceId, id, copies))
          if (group) groups.push(group)
        }
      }
    },

    async decide({ id: instanceId }, imageIds, decision) {
      const ids = [...new Set(imageIds)]
      if (ids.length < 2 || ids.length > MAX_DECIDED) {
        throw problem('CopyDecisionInvalid', { max: MAX_DECIDED, found: ids.length })
      }
      return store.write(async (trx) => {
        const there = new Set(await existingImages(trx, instanceId, ids))
        const missing = ids.find((id) => !there.has(id))
        if (missing !== undefined) throw problem('CopyImageMissing', { id: missing })
        return insertDecision(trx, ids, decision, Date.now())
      })
    },

    async decisions({ id: instanceId }, { before = Number.MAX_SAFE_INTEGER, limit }) {
      const found = await listDecisions(store.read, instanceId, { before, limit })
      const decisions = await Promise.all(found.map((record) => toDecided(instanceId, record)))
      const last = found.at(-1)
      return { decisions, ...(last && found.length === limit && { next: last.number }) }
    },

    async undo({ id: instanceId }, decisionId) {
      const isUndone = await store.write((trx) => deleteDecision(trx, instanceId, decisionId))
      if (!isUndone) throw problem('CopyDecisionMissing', { id: decisionId })
    },
  }
}

/** Other images whose hash is near to the hash or to that of its mirror image, in order of id. */
async function nearEither(table: InstanceHashes, id: number, hash: Hash): Promise<Near[]> {
  const found = new Map<number, Near>()
  for (const near of await table.near(hash, COPY_BITS)) found.set(near.id, { ...near, isMirrored: false })
  for (const near of await table.near(mirrored(hash), COPY_BITS)) {
    if (!found.has(near.id)) found.set(near.id, { ...near, isMirrored: true })
  }
  found.delete(id)
  return [...found.values()].sort((a, b) => a.id - b.id)
}

function withImage<T extends object>(image: Image | undefined, copy: T): (T & { image: Image })[] {
  return image ? [{ ...copy, image }] : []
}

/** Cosine of vectors of length 1; rounding may put it above 1. */
function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return Math.min(1, sum)
}
