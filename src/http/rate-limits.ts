/**
 * Calls a second that an instance takes: a bucket of tokens for searches and one for writes, filled at the rate of
 * the instance's settings. By default there is no limit.
 */
import type { FastifyReply } from 'fastify'
import { problem } from '../errors.ts'
import type { Instance } from '../instances/index.ts'

type Kind = 'search' | 'write'

/** What counts as what, by the right that a call needs; all else is not limited. */
const KINDS: Readonly<Record<string, Kind>> = {
  'imagesearch:SearchImageByPic': 'search',
  'imagesearch:SearchImageByName': 'search',
  'imagesearch:SearchImageByText': 'search',
  'imagesearch:SearchImageByFilter': 'search',
  'imagesearch:CompareSimilarByImage': 'search',
  'imagesearch:AddImage': 'write',
  'imagesearch:UpdateImage': 'write',
  'imagesearch:DeleteImage': 'write',
}

interface TokenBucket {
  tokens: number
  filledMs: number
}

export interface RateLimits {
  /** Whether calls that need this right are counted at all. */
  counts(permission: string): boolean
  /**
   * Takes a token of the instance, or says in the answer's headers when to come again.
   *
   * @param permission right that the call needs, `imagesearch:AddImage`
   * @throws RequestsTooMany
   */
  take(instance: Instance, permission: string, reply: FastifyReply): void
}

export function createRateLimits({ now = Date.now }: { now?: () => number }): RateLimits {
  const buckets = new Map<string, TokenBucket>()
  return {
    counts: (permission) => permission in KINDS,
    take(instance, permission, reply) {
      const kind = KINDS[permission]
      const qps = kind === 'search' ? instance.searchQps : kind === 'write' ? instance.writeQps : 0
      if (!kind || qps === 0) return

      const key = `${kind} ${instance.id}`
      const bucket = buckets.get(key) ?? { tokens: qps, filledMs: now() }
      buckets.set(key, bucket)
      bucket.tokens = Math.min(qps, bucket.tokens + ((now() - bucket.filledMs) / 1000) * qps)
      bucket.filledMs = now()
      if (bucket.tokens >= 1) {
        bucket.tokens -= 1
        return
      }
      const waitMs = Math.ceil(((1 - bucket.tokens) / qps) * 1000)
      reply.headers({ 'x-acs-retry-after': waitMs, 'retry-after': Math.ceil(waitMs / 1000) })
      throw problem('RequestsTooMany', { name: instance.name, kind: kind === 'search' ? 'searches' : 'writes', qps })
    },
  }
}
