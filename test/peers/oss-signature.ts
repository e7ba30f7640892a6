/**
 * Signatures of OSS, version 4, as its documentation describes them; written apart from any SDK, so that a test can
 * hold one against the other.
 */
import { createHash, createHmac } from 'node:crypto'

export interface SignedRequest {
  readonly method: string
  /** '' = none. */
  readonly bucket: string
  /** '' = none. */
  readonly key: string
  /** In any order; a parameter without value has ''. */
  readonly query: readonly (readonly [string, string])[]
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
}

export interface Scope {
  readonly secret: string
  /** `YYYYMMDD`. */
  readonly day: string
  readonly region: string
  readonly additionalHeaders: readonly string[]
}

/** @returns 64 hexadecimal digits */
export function ossSignature(request: SignedRequest, { secret, day, region, additionalHeaders }: Scope): string {
  const { method, bucket, key, query, headers } = request
  const path = bucket === '' ? '/' : `/${bucket}/${key}`
  const names = Object.keys(headers).filter(
    (name) =>
      name.startsWith('x-oss-') ||
      name === 'content-type' ||
      name === 'content-md5' ||
      additionalHeaders.includes(name),
  )
  const canonical = [
    method,
    path.split('/').map(percentEncode).join('/'),
    query
      .map(([name, value]): [string, string] => [percentEncode(name), percentEncode(value)])
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => (value === '' ? name : `${name}=${value}`))
      .join('&'),
    ...names.sort().map((name) => `${name}:${headers[name]?.trim()}`),
    '',
    additionalHeaders.join(';'),
    headers['x-oss-content-sha256'] ?? 'UNSIGNED-PAYLOAD',
  ].join('\n')
  const toSign = [
    'OSS4-HMAC-SHA256',
    headers['x-oss-date'],
    `${day}/${region}/oss/aliyun_v4_request`,
    createHash('sha256').update(canonical).digest('hex'),
  ].join('\n')
  const key4 = [day, region, 'oss', 'aliyun_v4_request'].reduce<Buffer | string>(hmac, `aliyun_v4${secret}`)
  return hmac(key4, toSign).toString('hex')
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

/** RFC 3986. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
}
