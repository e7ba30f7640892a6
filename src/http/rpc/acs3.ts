/**
 * ACS3-HMAC-SHA256: the signature of today's SDKs, of generated ROA clients, and of our own clients against `/v1`.
 */
import { createHash, createHmac, randomUUID } from 'node:crypto'
import { problem } from '../../errors.ts'
import { feed } from '../slices.ts'
import { type Claim, compareSignatures, parseDate } from './claim.ts'
import { encode, header, parsePairs, sortByKey, type WireRequest, wireRequest } from './wire.ts'

const ALGORITHM = 'ACS3-HMAC-SHA256'
const AUTHORIZATION = /^ACS3-HMAC-SHA256 +Credential=([^,\s]+), *SignedHeaders=([^,\s]+), *Signature=([0-9a-f]{64})$/

/** Headers that decide what the request does: unsigned, they could be exchanged on the way. */
const SIGNED_IF_PRESENT = [
  'x-acs-action',
  'x-acs-version',
  'x-acs-signature-nonce',
  'x-acs-security-token',
  'x-acs-accesskey-id',
]
const SIGNED_ALWAYS = ['host', 'x-acs-content-sha256', 'x-acs-date']

export function isAcs3(request: WireRequest): boolean {
  return header(request, 'authorization').startsWith(ALGORITHM)
}

/** @throws SignatureIncomplete */
export function readAcs3(request: WireRequest): Claim {
  const parts = AUTHORIZATION.exec(header(request, 'authorization'))
  if (!parts)
    throw problem('SignatureIncomplete', { missing: 'Credential, SignedHeaders or Signature in Authorization' })
  const [, accessKeyId = '', list = '', signature = ''] = parts
  const names = list.toLowerCase().split(';')
  const unsigned = [...SIGNED_ALWAYS, ...SIGNED_IF_PRESENT.filter((name) => header(request, name))].find(
    (name) => !names.includes(name),
  )
  if (unsigned) throw problem('SignatureIncomplete', { missing: `${unsigned} in SignedHeaders` })

  const securityToken = header(request, 'x-acs-security-token')
  const nonce = header(request, 'x-acs-signature-nonce')
  if (!nonce) throw problem('SignatureIncomplete', { missing: 'x-acs-signature-nonce' })
  return {
    accessKeyId,
    ...(securityToken && { securityToken }),
    nonce,
    signedMs: parseDate(header(request, 'x-acs-date'), 'x-acs-date'),
    signature,
    async verify(secret) {
      const body = createHash('sha256')
      await feed(body, request.body)
      const hash = body.digest('hex')
      if (hash !== header(request, 'x-acs-content-sha256'))
        throw problem('SignatureMismatch', { stringToSign: `x-acs-content-sha256 of the body as received: ${hash}` })
      const canonical = canonicalRequest(request, list)
      compareSignatures(hmac(secret, canonical), signature, `${ALGORITHM}\n${sha256(canonical)}\n${canonical}`)
    },
  }
}

export interface ClientKey {
  readonly accessKeyId: string
  readonly accessKeySecret: string
  readonly securityToken?: string
}

/**
 * Signs a request of a client.
 *
 * @param request `headers` as they will be sent, names in lower case, with `host`; the nonce, the date and all others
 * that the signature needs are added
 * @returns all headers to send
 */
export function signAcs3(
  request: { method: string; url: string; headers: Readonly<Record<string, string>>; body?: Uint8Array },
  key: ClientKey,
  at: Date = new Date(),
): Record<string, string> {
  const body = Buffer.from(request.body ?? [])
  const headers: Record<string, string> = {
    ...request.headers,
    'x-acs-date': at.toISOString().replace(/\.\d+Z$/, 'Z'),
    'x-acs-signature-nonce': randomUUID(),
    'x-acs-content-sha256': sha256(body),
    ...(key.securityToken && {
      'x-acs-accesskey-id': key.accessKeyId,
      'x-acs-security-token': key.securityToken,
    }),
  }
  const list = Object.keys(headers)
    .filter((name) => name === 'host' || name === 'content-type' || name.startsWith('x-acs-'))
    .sort()
    .join(';')
  const canonical = canonicalRequest(wireRequest(request.method, request.url, headers, body), list)
  const signature = hmac(key.accessKeySecret, canonical)
  return {
    ...headers,
    authorization: `${ALGORITHM} Credential=${key.accessKeyId},SignedHeaders=${list},Signature=${signature}`,
  }
}

/** The client's own list of headers is taken as it is: languages differ in what they sign. */
function canonicalRequest(request: WireRequest, signedHeaders: string): string {
  const path = request.path.replaceAll('+', '%20').replaceAll('*', '%2A').replaceAll('%7E', '~')
  const query = sortByKey(parsePairs(request.query))
    .map(([key, value]) => `${key}=${encode(value)}`)
    .join('&')
  const headers = signedHeaders
    .split(';')
    .map((name) => `${name}:${header(request, name.toLowerCase()).trim()}\n`)
    .join('')
  return [request.method, path, query, headers, signedHeaders, header(request, 'x-acs-content-sha256')].join('\n')
}

function hmac(secret: string, canonical: string): string {
  return createHmac('sha256', secret)
    .update(`${ALGORITHM}\n${sha256(canonical)}`)
    .digest('hex')
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}
