import type { Readable } from 'node:stream'
import { problem } from '../errors.ts'

/** So many times the limit is read and thrown away: a client that is cut off while it sends never sees the answer. */
const DRAINED = 4

/**
 * Reads the raw bytes of a body.
 *
 * @throws BodyTooLarge, as soon as the client can read it
 */
export function readBody(payload: Readable, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let parts: Buffer[] = []
    let bytes = 0
    const tooLarge = () => reject(problem('BodyTooLarge', { maxBytes }))
    payload.on('data', (part: Buffer) => {
      bytes += part.length
      if (bytes <= maxBytes) parts.push(part)
      else parts = []
      if (bytes > maxBytes * DRAINED) {
        payload.removeAllListeners('data').pause()
        tooLarge()
      }
    })
    payload.on('end', () => (bytes > maxBytes ? tooLarge() : resolve(Buffer.concat(parts))))
    payload.on('error', reject)
  })
}
