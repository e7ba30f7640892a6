/**
 * RPC HMAC-SHA1: the signature of the SDKs before 2022, of `signatureAlgorithm: 'v2'` and of generic RPC clients. It
 * covers all parameters, wherever they travel, and nothing else: no header may decide anything for such a request.
 */
import { createHmac } from 'node:crypto'
import { problem } from '../../errors.ts'
import { feed } from '../slices.ts'
import { type Claim, compareSignatures, parseDate, SHOWN_CHARACTERS } from './claim.ts'
import { encode, sortByKey } from './wire.ts'

export function isRpcSigned(parameters: ReadonlyMap<string, string>): boolean {
  return parameters.has('Signature') || parameters.has('AccessKeyId')
}

/** @throws SignatureIncomplete */
export function readRpcSignature(method: string, parameters: ReadonlyMap<string, string>): Claim {
  const missing = ['AccessKeyId', 'Signature', 'SignatureNonce', 'Timestamp'].find((name) => !parameters.get(name))
  if (missing) throw problem('SignatureIncomplete', { missing })
  const algorithm = parameters.get('SignatureMethod') ?? 'HMAC-SHA1'
  if (algorithm !== 'HMAC-SHA1') throw problem('SignatureIncomplete', { missing: 'SignatureMethod=HMAC-SHA1' })

  const signature = parameters.get('Signature') ?? ''
  const securityToken = parameters.get('SecurityToken')
  return {
    accessKeyId: parameters.get('AccessKeyId') ?? '',
    ...(securityToken && { securityToken }),
    nonce: parameters.get('SignatureNonce') ?? '',
    signedMs: parseDate(parameters.get('Timestamp') ?? '', 'Timestamp'),
    signature,
    async verify(secret) {
      const { expected, shown } = await signRpc(secret, method, parameters)
      compareSignatures(expected, signature, shown)
    },
  }
}

/**
 * Signs `<method>&%2F&` and the percent-encoded canonical query, in which all values are percent-encoded already. The
 * string is never put together: a picture would stand in it twice encoded.
 *
 * @returns `shown`: at least so much of the string as is shown to a client
 */
async function signRpc(
  secret: string,
  method: string,
  parameters: ReadonlyMap<string, string>,
): Promise<{ expected: string; shown: string }> {
  const hmac = createHmac('sha1', `${secret}&`)
  let shown = ''
  const update = (bytes: Uint8Array): Uint8Array => {
    if (shown.length <= SHOWN_CHARACTERS) shown += Buffer.from(bytes).toString('latin1', 0, SHOWN_CHARACTERS + 1)
    return bytes
  }
  hmac.update(update(Buffer.from(`${method}&%2F&`)))
  let separator = ''
  for (const [key, value] of sortByKey(parameters)) {
    if (key === 'Signature') continue
    hmac.update(update(Buffer.from(`${separator}${encode(encode(key))}%3D`)))
    await feed(hmac, Buffer.from(value), (slice) => update(encodeTwice(slice)))
    separator = '%26'
  }
  return { expected: hmac.digest('base64'), shown }
}

/** `-._~`, digits and letters: what RFC 3986 leaves as it is. */
const UNRESERVED = Uint8Array.from({ length: 128 }, (_, byte) => Number(/[\w.~-]/.test(String.fromCharCode(byte))))
const HEX = Buffer.from('0123456789ABCDEF')
const PERCENT = 0x25
const [TWO, FIVE] = [0x32, 0x35]

/** {@link encode} of {@link encode}: `+` becomes `%252B`. */
function encodeTwice(bytes: Uint8Array): Uint8Array {
  const encoded = new Uint8Array(bytes.length * 5)
  let size = 0
  for (const byte of bytes) {
    if (UNRESERVED[byte]) {
      encoded[size++] = byte
      continue
    }
    encoded[size++] = PERCENT
    encoded[size++] = TWO
    encoded[size++] = FIVE
    encoded[size++] = HEX[byte >> 4] as number
    encoded[size++] = HEX[byte & 15] as number
  }
  return encoded.subarray(0, size)
}
