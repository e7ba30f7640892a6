/**
 * Where a machine or a pod of Alibaba Cloud gets the keys of its role: the metadata service (with tokens) and the two
 * calls of STS, which checks the signature of the one and the token of the other.
 */
import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { percentEncode } from './oss-signature.ts'

export interface IdentityServer {
  readonly url: string
  /** The keys given next; `expiresMs` is theirs. */
  next: { id: string; secret: string; token: string; expiresMs: number }
  /** Keys given so far. */
  given: number
  isDown: boolean
  stop(): Promise<void>
}

export interface Identities {
  readonly role: string
  readonly roleArn: string
  readonly oidcToken: string
  readonly accessKeyId: string
  readonly accessKeySecret: string
}

const METADATA_TOKEN = 'metadata-token'

export async function startIdentityServer(known: Identities): Promise<IdentityServer> {
  const server = createServer(async (request, response) => {
    const { status, body } = peer.isDown ? { status: 503, body: {} } : await answer(peer, known, request)
    response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const peer: IdentityServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    next: { id: '', secret: '', token: '', expiresMs: 0 },
    given: 0,
    isDown: false,
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return peer
}

interface Answer {
  readonly status: number
  readonly body: unknown
}

async function answer(peer: IdentityServer, known: Identities, request: IncomingMessage): Promise<Answer> {
  const { method, url, headers } = request
  const refused = (Code: string) => ({ status: 403, body: { Code, Message: 'refused' } })
  if (method === 'POST') return sts(peer, known, new URLSearchParams(await text(request)), refused)
  if (method === 'PUT' && url === '/latest/api/token') {
    return headers['x-aliyun-ecs-metadata-token-ttl-seconds']
      ? { status: 200, body: METADATA_TOKEN }
      : { status: 400, body: '' }
  }
  if (headers['x-aliyun-ecs-metadata-token'] !== METADATA_TOKEN) return refused('Forbidden')
  const roles = '/latest/meta-data/ram/security-credentials/'
  if (url === roles) return { status: 200, body: known.role }
  if (url === roles + known.role) return { status: 200, body: { Code: 'Success', ...keys(peer) } }
  return { status: 404, body: '' }
}

function sts(
  peer: IdentityServer,
  { roleArn, oidcToken, accessKeyId, accessKeySecret }: Identities,
  form: URLSearchParams,
  refused: (code: string) => Answer,
): Answer {
  if (form.get('RoleArn') !== roleArn) return refused('NoPermission')
  if (form.get('Action') === 'AssumeRoleWithOIDC') {
    if (form.get('OIDCToken') !== oidcToken) return refused('AuthenticationFail.OIDCToken.Invalid')
    return { status: 200, body: { Credentials: keys(peer) } }
  }
  const signature = form.get('Signature')
  form.delete('Signature')
  const query = [...form]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`)
    .join('&')
  const expected = createHmac('sha1', `${accessKeySecret}&`)
    .update(`POST&%2F&${percentEncode(query)}`)
    .digest('base64')
  if (form.get('AccessKeyId') !== accessKeyId) return refused('InvalidAccessKeyId.NotFound')
  if (signature !== expected) return refused('SignatureDoesNotMatch')
  return { status: 200, body: { Credentials: keys(peer) } }
}

function keys(peer: IdentityServer) {
  peer.given++
  const { id, secret, token, expiresMs } = peer.next
  const Expiration = new Date(expiresMs).toISOString()
  return { AccessKeyId: id, AccessKeySecret: secret, SecurityToken: token, Expiration }
}
