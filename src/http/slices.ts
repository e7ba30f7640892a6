/**
 * Work on large bodies in slices, between which other requests have their turn: a picture of 4 MB in a signed form is
 * decoded, encoded again and hashed, which would keep all others waiting for a tenth of a second.
 */
import type { Hash, Hmac } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'

/** What the slowest step does with so many bytes takes about a millisecond. */
export const SLICE_BYTES = 128 * 1024

/** The bytes in slices, as views; before each but the first others have had their turn. */
export async function* slices(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += SLICE_BYTES) {
    if (at > 0) await nextTurn()
    yield bytes.subarray(at, at + SLICE_BYTES)
  }
}

/** Feeds bytes to a hash, made smaller or larger on the way when `change` is given. */
export async function feed(
  hash: Hash | Hmac,
  bytes: Uint8Array,
  change: (slice: Uint8Array) => Uint8Array = (slice) => slice,
): Promise<void> {
  for await (const slice of slices(bytes)) hash.update(change(slice))
}
