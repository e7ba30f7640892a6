/**
 * Links that need no credentials because they carry a signature of ours and end after two hours.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { problem } from '../errors.ts'

/** As long as the official service's links live. */
const LIFETIME_MS = 2 * 60 * 60_000

/** What a link gives: the report of failed and skipped rows of an import, or the manifest that a dump wrote. */
export interface Download {
  readonly kind: 'import-report' | 'dump'
  readonly id: number
}

export interface DownloadLinks {
  /** Path of a link that works from now on for two hours. */
  path(download: Download): string
  /** @throws LinkInvalid, LinkExpired */
  open(token: string): Download
}

/** @param key signs the links; a new one (the default) makes all older links invalid */
export function createDownloadLinks({
  now = Date.now,
  key = randomBytes(32),
}: {
  now?: () => number
  key?: Uint8Array
}): DownloadLinks {
  const sign = (text: string) => createHmac('sha256', key).update(text).digest()
  return {
    path({ kind, id }) {
      const claim = Buffer.from(JSON.stringify([kind, id, now() + LIFETIME_MS])).toString('base64url')
      return `/v1/downloads/${claim}.${sign(claim).toString('base64url')}`
    },
    open(token) {
      const [claim = '', signature = ''] = token.split('.')
      const [expected, sent] = [sign(claim), Buffer.from(signature, 'base64url')]
      if (expected.length !== sent.length || !timingSafeEqual(expected, sent)) throw problem('LinkInvalid', {})
      const [kind, id, until] = JSON.parse(Buffer.from(claim, 'base64url').toString()) as [
        Download['kind'],
        number,
        number,
      ]
      if (now() > until) throw problem('LinkExpired', {})
      return { kind, id }
    },
  }
}
