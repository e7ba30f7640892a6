/** Bodies held against the checksum of their store. */
import { createHash } from 'node:crypto'
import { clip, problem } from '../errors.ts'
import { crc64 } from './crc64.ts'
import type { ObjectBody } from './port.ts'

/** Objects whose bytes did not fit and that are read a second time; more are not remembered. */
const MAX_DOUBTED = 1000

/**
 * One for each bucket. Some stores give etags that look like an MD5 and are none: when not one object has ever fitted,
 * and the same bytes come twice, then it is the checksum that is wrong, and the bucket's are left alone from then on.
 *
 * @returns a function that lets the bytes through, the last piece only when the whole is right (ObjectDamaged)
 */
export function checkBody() {
  let isTrusted: boolean | undefined
  const doubted = new Map<string, string>()

  return async function* check(
    { info, checksum }: ObjectBody,
    stream: AsyncIterable<Uint8Array>,
  ): AsyncGenerator<Uint8Array> {
    if (!checksum || isTrusted === false) {
      yield* stream
      return
    }
    const sum = checksum.algorithm === 'md5' ? md5() : crc64()
    let held: Uint8Array | undefined
    for await (const part of stream) {
      sum.update(part)
      if (held) yield held
      held = part
    }
    const found = sum.value()
    if (found === checksum.value) {
      isTrusted = true
    } else if (isTrusted === undefined && doubted.get(info.key) === found) {
      isTrusted = false
    } else {
      if (doubted.size < MAX_DOUBTED) doubted.set(info.key, found)
      throw problem('ObjectDamaged', { key: clip(info.key), found, expected: checksum.value })
    }
    if (held) yield held
  }
}

function md5() {
  const hash = createHash('md5')
  return { update: (bytes: Uint8Array) => hash.update(bytes), value: () => hash.digest('hex') }
}
