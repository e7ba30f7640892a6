/**
 * A store that speaks OSS, as far as reading goes: no such server of another project can be had for tests (Alibaba's
 * own emulator checks no signatures and does not store). It does what the documentation says, and where that can be
 * chosen, what makes a reader's life hard: pages shorter than asked for, no path style, signatures of version 4 only.
 * Alibaba's SDK for Python, a signer of other make than the one under test, reads from it as well.
 */
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { crc64 } from '../../src/buckets/crc64.ts'
import { ossSignature } from './oss-signature.ts'

const REGION = 'cn-hangzhou'
/** Objects of one page, however many are asked for. */
const MAX_PAGE = 2

export interface OssKey {
  readonly secret: string
  /** Of temporary keys. */
  readonly token?: string
  /** Absent = all. */
  readonly rights?: readonly ('list' | 'get')[]
}

export interface OssServer {
  /** Requests in virtual-host style go to this address; the bucket stands in their `Host`. */
  readonly endpoint: string
  readonly region: string
  readonly bucket: string
  readonly objects: Map<string, Buffer>
  readonly keys: Map<string, OssKey>
  /** Keys whose bytes are in the archive. */
  readonly archived: Set<string>
  /** `GET list`, `HEAD a.jpg`. */
  readonly requests: string[]
  isPublic: boolean
  stop(): Promise<void>
}

interface Asked {
  readonly method: string
  readonly bucket: string
  readonly key: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
}

type Refusal = readonly [status: number, code: string, message: string]

export async function startOssServer(bucket: string): Promise<OssServer> {
  const server = createServer((request, response) => {
    const [path = '', query] = (request.url ?? '/').split('?')
    const { method = '', headers } = request
    const host = (headers.host ?? '').split('.')
    const asked = {
      method,
      // `<bucket>.oss-<region>.aliyuncs.com`; the address alone would be path style.
      bucket: host[1]?.startsWith('oss-') ? (host[0] ?? '') : '',
      key: decodeURIComponent(path.slice(1)),
      query: new URLSearchParams(query),
      headers,
    }
    peer.requests.push(`${method} ${asked.key || 'list'}`)
    const refusal = refusalOf(peer, asked)
    if (refusal) refuse(response, method, refusal)
    else if (asked.key === '') list(peer, asked, response)
    else give(peer, asked, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const peer: OssServer = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: REGION,
    bucket,
    objects: new Map(),
    keys: new Map(),
    archived: new Set(),
    requests: [],
    isPublic: false,
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return peer
}

function refusalOf(peer: OssServer, asked: Asked): Refusal | undefined {
  if (asked.bucket === '') return [403, 'SecondLevelDomainForbidden', 'Please use virtual hosted style to access.']
  if (asked.bucket !== peer.bucket) return [404, 'NoSuchBucket', 'The specified bucket does not exist.']
  const authorization = asked.headers.authorization ?? ''
  if (authorization === '') {
    return peer.isPublic ? undefined : [403, 'AccessDenied', 'You have no right to access this object.']
  }
  const [, id = '', day = '', region = '', additional = '', signature] =
    /^OSS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/oss\/aliyun_v4_request,\s*(?:AdditionalHeaders=([^,]+),\s*)?Signature=(\w+)$/.exec(
      authorization,
    ) ?? []
  if (!signature) return [403, 'InvalidRequest', 'The signature version is not supported.']
  const key = peer.keys.get(id)
  if (!key) return [403, 'InvalidAccessKeyId', 'The OSS Access Key Id you provided does not exist in our records.']
  if (asked.headers['x-oss-security-token'] !== key.token) {
    return [403, 'InvalidSecurityToken', 'The security token you provided is invalid.']
  }
  const scope = { secret: key.secret, day, region, additionalHeaders: additional ? additional.split(';') : [] }
  const request = { ...asked, query: [...asked.query], headers: asked.headers as Record<string, string> }
  if (region !== REGION || ossSignature(request, scope) !== signature) {
    return [403, 'SignatureDoesNotMatch', 'The request signature we calculated does not match the one you provided.']
  }
  const right = asked.key === '' ? 'list' : 'get'
  if (key.rights && !key.rights.includes(right)) return [403, 'AccessDenied', 'You have no right to do this.']
  return undefined
}

function give({ objects, archived }: OssServer, { method, key, headers }: Asked, response: ServerResponse) {
  const content = objects.get(key)
  if (!content) return refuse(response, method, [404, 'NoSuchKey', 'The specified key does not exist.'])
  if (archived.has(key) && method === 'GET') {
    const message = "The operation is not valid for the object's state"
    return refuse(response, method, [403, 'InvalidObjectState', message])
  }
  const shared = described(content)
  if (headers['if-match'] && headers['if-match'] !== shared.ETag) {
    return refuse(response, method, [412, 'PreconditionFailed', 'At least one of the pre-conditions did not hold.'])
  }
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? []
  const isStandard = headers['x-oss-range-behavior'] === 'standard'
  // A range that leaves the object is no range, unless the caller asks for what all others do.
  if (first === undefined || (!isStandard && Number(last) >= content.length)) {
    response.writeHead(200, { ...shared, 'Content-Length': content.length })
    response.end(method === 'HEAD' ? undefined : content)
  } else if (Number(first) >= content.length) {
    refuse(response, method, [416, 'InvalidRange', 'The requested range cannot be satisfied.'])
  } else {
    const part = content.subarray(Number(first), Number(last) + 1)
    const range = `bytes ${first}-${Number(first) + part.length - 1}/${content.length}`
    response.writeHead(206, { ...shared, 'Content-Length': part.length, 'Content-Range': range }).end(part)
  }
}

/** OSS keeps whole seconds. */
const CREATED = new Date(Math.floor(Date.now() / 1000) * 1000)

function described(content: Buffer) {
  const sum = crc64()
  sum.update(content)
  return {
    ETag: `"${createHash('md5').update(content).digest('hex').toUpperCase()}"`,
    'Last-Modified': CREATED.toUTCString(),
    'x-oss-hash-crc64ecma': sum.value(),
  }
}

/** ListObjectsV2. */
function list({ objects, bucket }: OssServer, { query }: Asked, response: ServerResponse): void {
  const get = (name: string) => query.get(name) ?? ''
  const [prefix, delimiter, token] = [get('prefix'), get('delimiter'), get('continuation-token')]
  const after = token ? Buffer.from(token, 'base64').toString() : get('start-after')
  const count = Math.min(MAX_PAGE, Number(get('max-keys') || 100))
  const encode = (text: string) => (get('encoding-type') === 'url' ? encodeURIComponent(text) : text)

  const names = new Set<string>()
  for (const key of [...objects.keys()].sort()) {
    if (!key.startsWith(prefix)) continue
    const cut = delimiter ? key.indexOf(delimiter, prefix.length) : -1
    const name = cut < 0 ? key : key.slice(0, cut + 1)
    if (name > after) names.add(name)
  }
  const page = [...names].slice(0, count)
  const isTruncated = names.size > page.length
  const entries = page.map((name) => {
    const content = objects.get(name)
    if (!content) return `<CommonPrefixes><Prefix>${encode(name)}</Prefix></CommonPrefixes>`
    return `<Contents><Key>${encode(name)}</Key><LastModified>${CREATED.toISOString()}</LastModified>
      <ETag>${described(content).ETag}</ETag><Type>Normal</Type><Size>${content.length}</Size>
      <StorageClass>Standard</StorageClass></Contents>`
  })
  const next = Buffer.from(page.at(-1) ?? '').toString('base64')
  response.writeHead(200, { 'Content-Type': 'application/xml' })
  response.end(`<?xml version="1.0" encoding="UTF-8"?><ListBucketResult><Name>${bucket}</Name><EncodingType>${get('encoding-type')}</EncodingType>
    <IsTruncated>${isTruncated}</IsTruncated><KeyCount>${page.length}</KeyCount>${entries.join('')}
    ${isTruncated ? `<NextContinuationToken>${next}</NextContinuationToken>` : ''}</ListBucketResult>`)
}

function refuse(response: ServerResponse, method: string, [status, code, message]: Refusal): void {
  response.writeHead(status, { 'Content-Type': 'application/xml' })
  const text = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`
  response.end(method === 'HEAD' ? undefined : text)
}
