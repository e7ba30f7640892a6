/**
 * RPC HMAC-SHA1: the signature of the SDKs before 2022, of `signatureAlgorithm: 'v2'` and of generic RPC clients. It
 * covers all parameters, wherever they travel, and nothing else: no header may decide anything for such a request.
 */
import { createHmac } from 'node:crypto'
import { problem } from '../../errors.ts'
import { type Claim, compareSignatures, parseDate } from './claim.ts'
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
    verify(secret) {
      const stringToSign = rpcStringToSign(method, parameters)
      const expected = createHmac('sha1', `${secret}&`).update(stringToSign).digest('base64')
      compareSignatures(expected, signature, stringToSign)
    },
  }
}

function rpcStringToSign(method: string, parameters: ReadonlyMap<string, string>): string {
  const canonical = sortByKey(parameters)
    .filter(([key]) => key !== 'Signature')
    .map(([key, value]) => `${encode(key)}=${encode(value)}`)
    .join('&')
  return `${method}&%2F&${encode(canonical)}`
}
