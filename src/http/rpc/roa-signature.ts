/**
 * ROA HMAC-SHA1: the signature of the API versions 2019-03-25 and 2018-01-20, which use real paths.
 */
import { createHash, createHmac } from 'node:crypto'
import { problem } from '../../errors.ts'
import { feed } from '../slices.ts'
import { type Claim, compareSignatures, parseDate } from './claim.ts'
import { header, parsePairs, sortByKey, type WireRequest } from './wire.ts'

const AUTHORIZATION = /^acs ([^:\s]+):(\S+)$/

export function isRoaSigned(request: WireRequest): boolean {
  return header(request, 'authorization').startsWith('acs ')
}

/** @throws SignatureIncomplete */
export function readRoaSignature(request: WireRequest): Claim {
  const parts = AUTHORIZATION.exec(header(request, 'authorization'))
  if (!parts) throw problem('SignatureIncomplete', { missing: 'access key or signature in Authorization' })
  const [, accessKeyId = '', signature = ''] = parts
  const securityToken = header(request, 'x-acs-security-token')
  // The legacy Python client sends no nonce at all.
  const nonce = header(request, 'x-acs-signature-nonce')
  return {
    accessKeyId,
    ...(securityToken && { securityToken }),
    ...(nonce && { nonce }),
    signedMs: parseDate(header(request, 'date'), 'Date'),
    signature,
    async verify(secret) {
      await checkBody(request)
      const stringToSign = roaStringToSign(request)
      compareSignatures(createHmac('sha1', secret).update(stringToSign).digest('base64'), signature, stringToSign)
    },
  }
}

/** Generated clients in v2 mode send no Content-MD5: their signature leaves the body out. */
async function checkBody(request: WireRequest): Promise<void> {
  const sent = header(request, 'content-md5')
  if (sent === '') return
  const body = createHash('md5')
  await feed(body, request.body)
  const found = body.digest('base64')
  if (found !== sent)
    throw problem('SignatureMismatch', { stringToSign: `Content-MD5 of the body as received: ${found}` })
}

function roaStringToSign(request: WireRequest): string {
  const headers = Object.keys(request.headers)
    .filter((name) => name.startsWith('x-acs-'))
    .sort()
    .map(
      (name) =>
        `${name}:${header(request, name)
          .replace(/[\t\n\r\f]/g, ' ')
          .trim()}\n`,
    )
    .join('')
  const query = sortByKey(parsePairs(request.query))
    .map(([key, value]) => `${key}=${value}`)
    .join('&')
  const resource = query === '' ? request.path : `${request.path}?${query}`
  const signed = ['accept', 'content-md5', 'content-type', 'date'].map((name) => header(request, name))
  return [request.method, ...signed, headers + resource].join('\n')
}
