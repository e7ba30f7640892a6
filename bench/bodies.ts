/**
 * How long one request with a picture of 4 MB keeps all others waiting: the processor time of the longest turn of the
 * server's event loop, median of some requests.
 *
 *     npm run bench bodies
 */
import { createHash, createHmac, randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import sharp from 'sharp'
import { openApp } from '../src/app.ts'
import { type ClientKey, signAcs3 } from '../src/http/rpc/acs3.ts'
import { createServer } from '../src/http/server.ts'
import { loadConfig } from '../src/ops/config.ts'
import { createLog } from '../src/ops/log.ts'
import { longestTurnMs } from '../test/longest-turn.ts'
import { percentile, report } from './report.ts'

const PICTURE_BYTES = 4_000_000
const ROUNDS = 7
const JSON_TYPE = 'application/json'
const FORM_TYPE = 'application/x-www-form-urlencoded'

interface Prepared {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

const dataDir = mkdtempSync(join(tmpdir(), 'sightline-bench-'))
const { config } = loadConfig({ flags: { dataDir } })
const app = await openApp(config, createLog({ level: 'warn' }))
const server = createServer(app.services)
const { host: hostname, port } = await server.listen({ host: '127.0.0.1', port: 0 })
const host = `${hostname}:${port}`
const key: ClientKey = app.firstKey!
await app.services.instances.create('shop', 'generic')
const { principal } = await app.services.access.findKey(key.accessKeyId)
const actor = { principal, requestId: '', remoteAddress: '' }
const { secret } = await app.services.accessAdmin.createKey(actor, 'admin', { scope: 'admin' })
const sender = new Worker(new URL('./bodies-thread.ts', import.meta.url))
const picture = await heavyPicture()
const base64 = picture.toString('base64')

const doors: Readonly<Record<string, () => Prepared | Promise<Prepared>>> = {
  'a health check': () => ({ method: 'GET', path: '/healthz', headers: {}, body: Buffer.alloc(0) }),
  'SearchImageByPic signed with ACS3': () => {
    const body = Buffer.from(new URLSearchParams({ InstanceName: 'shop', PicContent: base64 }).toString())
    const headers = {
      host,
      'content-type': FORM_TYPE,
      'x-acs-action': 'SearchImageByPic',
      'x-acs-version': '2020-12-14',
    }
    return { method: 'POST', path: '/', headers: signAcs3({ method: 'POST', url: '/', headers, body }, key), body }
  },
  'SearchImageByPic signed with RPC (v2)': () => {
    const body = Buffer.from(new URLSearchParams(rpcSigned({ InstanceName: 'shop', PicContent: base64 })).toString())
    return { method: 'POST', path: '/', headers: { host, 'content-type': FORM_TYPE }, body }
  },
  'search of 2019-03-25 signed with ROA': () => {
    const body = Buffer.from(new URLSearchParams({ InstanceName: 'shop', PicContent: base64 }).toString())
    return { method: 'POST', path: '/v2/image/search', headers: roaSigned('/v2/image/search', body), body }
  },
  'the form post of an upload': uploadForm,
  '/v1 search, picture as the body': () => ({
    method: 'POST',
    path: '/v1/instances/shop/search',
    headers: { host, authorization: `Bearer ${secret}`, 'content-type': 'image/jpeg' },
    body: picture,
  }),
  '/v1 search, picture as base64 in JSON': () => ({
    method: 'POST',
    path: '/v1/instances/shop/search',
    headers: { host, authorization: `Bearer ${secret}`, 'content-type': JSON_TYPE },
    body: Buffer.from(JSON.stringify({ picture: base64 })),
  }),
}

const figures = []
for (const [name, prepare] of Object.entries(doors)) {
  const turns: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const prepared = await prepare()
    turns.push(await longestTurnMs(() => send(prepared)))
  }
  figures.push({ name, value: percentile(turns, 0.5), unit: 'ms', atMost: 10 })
}
await sender.terminate()
await server.close()
await app.close()
rmSync(dataDir, { recursive: true, force: true })
process.exitCode = report('bodies', figures) ? 0 : 1

/** From another thread. */
async function send(prepared: Prepared): Promise<void> {
  const answered = new Promise<number>((resolve) => sender.once('message', resolve))
  sender.postMessage({ ...prepared, hostname, port })
  const status = await answered
  if (status >= 300) throw new Error(`${prepared.path}: ${status}`)
}

/** A JPEG of noise, so that a small one is heavy. */
async function heavyPicture(): Promise<Buffer> {
  const side = 1400
  const raw = randomBytes(side * side * 3)
  const jpeg = await sharp(raw, { raw: { width: side, height: side, channels: 3 } })
    .jpeg({ quality: 95 })
    .toBuffer()
  return jpeg.length < PICTURE_BYTES ? Buffer.concat([jpeg, Buffer.alloc(PICTURE_BYTES - jpeg.length)]) : jpeg
}

async function uploadForm(): Promise<Prepared> {
  const headers = { host, 'x-acs-action': 'AuthorizeFileUpload', 'x-acs-version': '2019-12-19' }
  const signed = signAcs3({ method: 'POST', url: '/', headers }, key)
  const answer = await fetch(`http://${host}`, { method: 'POST', headers: signed })
  const { ObjectKey, EncodedPolicy, Signature } = (await answer.json()) as Record<string, string>
  const form = new FormData()
  const fields = { key: ObjectKey, policy: EncodedPolicy, Signature, success_action_status: '201' }
  for (const [name, value] of Object.entries(fields)) form.append(name, value!)
  form.append('file', new Blob([picture]), 'a.jpg')
  const { headers: found, body } = new Request(`http://${host}`, { method: 'POST', body: form })
  const bytes = Buffer.from(await new Response(body).arrayBuffer())
  return { method: 'POST', path: '/', headers: { host, 'content-type': found.get('content-type')! }, body: bytes }
}

function rpcSigned(parameters: Readonly<Record<string, string>>): Record<string, string> {
  const all: Record<string, string> = {
    ...parameters,
    Action: 'SearchImageByPic',
    Version: '2020-12-14',
    AccessKeyId: key.accessKeyId,
    SignatureMethod: 'HMAC-SHA1',
    SignatureVersion: '1.0',
    SignatureNonce: randomUUID(),
    Timestamp: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
  }
  const encode = (text: string) =>
    encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
  const canonical = Object.keys(all)
    .sort()
    .map((name) => `${encode(name)}=${encode(all[name]!)}`)
    .join('&')
  const Signature = createHmac('sha1', `${key.accessKeySecret}&`)
    .update(`POST&%2F&${encode(canonical)}`)
    .digest('base64')
  return { ...all, Signature }
}

function roaSigned(path: string, body: Buffer): Record<string, string> {
  const signed = {
    accept: JSON_TYPE,
    'content-md5': createHash('md5').update(body).digest('base64'),
    'content-type': FORM_TYPE,
    date: new Date().toUTCString(),
  }
  const nonce = `x-acs-signature-nonce:${randomUUID()}\n`
  const text = ['POST', ...Object.values(signed), nonce + path].join('\n')
  const signature = createHmac('sha1', key.accessKeySecret).update(text).digest('base64')
  return {
    ...{ ...signed, host, 'x-acs-signature-nonce': nonce.trim().split(':')[1]! },
    authorization: `acs ${key.accessKeyId}:${signature}`,
  }
}
