import assert from 'node:assert/strict'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { after, before, describe, test } from 'node:test'
import sharp from 'sharp'
import type { ClientKey } from '../../src/http/rpc/acs3.ts'
import { createServer } from '../../src/http/server.ts'
import { madePicture, openTestServer, type TestServer } from '../harness.ts'
import { send, signedAction } from './clients.ts'

const HOUR_MS = 60 * 60_000

describe('bad requests', () => {
  let server: TestServer
  let key: ClientKey
  let add: Record<string, string>
  before(async () => {
    server = await openTestServer()
    key = server.firstKey!
    await server.services.instances.create('shop', 'generic')
    const PicContent = Buffer.from(await madePicture(1)).toString('base64')
    add = { InstanceName: 'shop', ProductId: 'p', PicName: 'n', PicContent }
  })
  after(() => server.cleanUp())

  const call = (form: object, options: { at?: Date; with?: ClientKey; action?: string } = {}) => {
    const { at, with: signer = key, action = 'AddImage' } = options
    return send(
      server.endpoint,
      signedAction(server.endpoint, signer, action, form as Record<string, string>, at && { at }),
    )
  }
  const refused = async (answer: ReturnType<typeof call>, code: string, status: number) => {
    const { json, text, status: found, headers } = await answer
    assert.deepEqual([json?.Code, found], [code, status], text)
    assert.match(headers['content-type'] ?? '', /^application\/json/)
    assert.ok(json?.Recommend, text)
    const { id } = await server.services.instances.get('shop')
    assert.equal(await server.services.images.count(id), 0)
    assert.equal((await fetch(`${server.endpoint}/healthz`)).status, 200)
  }

  test('with a wrong signature, an unknown key or none are refused', async () => {
    await refused(call(add, { with: { ...key, accessKeySecret: 'wrong' } }), 'SignatureDoesNotMatch', 400)
    await refused(call(add, { with: { ...key, accessKeyId: 'unknown' } }), 'InvalidAccessKeyId.NotFound', 404)
    const unsigned = { ...signedAction(server.endpoint, key, 'AddImage', add) }
    const { authorization: _, ...headers } = unsigned.headers
    await refused(send(server.endpoint, { ...unsigned, headers }), 'IncompleteSignature', 401)
    const body = Buffer.from(`${unsigned.body}&StrAttr=changed`)
    await refused(send(server.endpoint, { ...unsigned, body }), 'SignatureDoesNotMatch', 400)
  })

  test('signed an hour ago or ahead are refused', async () => {
    await refused(call(add, { at: new Date(Date.now() - HOUR_MS) }), 'InvalidTimeStamp.Expired', 400)
    await refused(call(add, { at: new Date(Date.now() + HOUR_MS) }), 'InvalidTimeStamp.Expired', 400)
  })

  test('of unknown actions, versions, methods and paths are refused', async () => {
    await refused(call(add, { action: 'AddVideo' }), 'InvalidAction.NotFound', 404)
    const old = signedAction(server.endpoint, key, 'AddImage', add, { version: '1999-01-01' })
    await refused(send(server.endpoint, old), 'InvalidVersion', 404)
    await refused(send(server.endpoint, { ...old, method: 'PUT' }), 'UnsupportedHTTPMethod', 403)
    const { status, text } = await send(server.endpoint, { ...old, url: '/v3/nothing' })
    assert.equal(status, 404)
    assert.match(text, /"code":"RouteNotFound"/)
  })

  test('with a filter that does not parse, or for an instance that does not exist, are refused', async () => {
    await refused(call({ ...add, Filter: 'int_attr >' }, { action: 'SearchImageByPic' }), 'InvalidFilterClause', 400)
    await refused(call({ ...add, InstanceName: 'nowhere' }), 'InvalidInstance', 400)
    const pictureBytes = Buffer.from('zip bomb')
    await refused(call({ ...add, PicContent: pictureBytes.toString('base64') }), 'UnsupportedPicFormat', 400)
  })

  test('with a body or headers that are too large are refused before they are read whole', async () => {
    const large = { ...add, PicContent: 'A'.repeat(9 * 1024 * 1024) }
    await refused(call(large), 'BadRequest', 413)
    const request = signedAction(server.endpoint, key, 'AddImage', large)
    const chunked = { ...request, headers: { ...request.headers, 'transfer-encoding': 'chunked' } }
    await refused(send(server.endpoint, chunked), 'BadRequest', 413)
    const url = `/?a=${'A'.repeat(9 * 1024 * 1024)}`
    const answer = await send(server.endpoint, { ...request, url }).catch(({ code }) => ({ status: code }))
    assert.ok([431, 'ECONNRESET', 'EPIPE'].includes(answer.status), answer.status)
  })

  test('with pictures that unpack to a thousand times their size are refused while others are served', async (t) => {
    const side = 9000
    const bomb = await sharp({
      create: { width: side, height: side, channels: 3, background: 'white' },
      limitInputPixels: false,
    })
      .png({ compressionLevel: 9 })
      .toBuffer()
    assert.ok(bomb.length < 8 * 1024 * 1024)
    const pictures = createHttpServer((_, response) => response.end(bomb))
    await new Promise<void>((listening) => pictures.listen(0, '127.0.0.1', listening))
    const open = createServer(server.services, { allowPrivateAddresses: true })
    t.after(() => Promise.all([pictures.close(), open.close(0)]))
    const { port } = await open.listen({ host: '127.0.0.1', port: 0 })
    const PicContent = `http://127.0.0.1:${(pictures.address() as AddressInfo).port}/bomb.png`
    const endpoint = `http://127.0.0.1:${port}`
    const bombs = Array.from({ length: 6 }, () =>
      refused(
        send(endpoint, signedAction(endpoint, key, 'AddImage', { ...add, PicContent })),
        'UnsupportedPicPixels',
        400,
      ),
    )
    const search = { InstanceName: 'shop', PicContent: add.PicContent! }
    assert.equal((await send(endpoint, signedAction(endpoint, key, 'SearchImageByPic', search))).status, 200)
    await Promise.all(bombs)
  })

  test('with millions of parameters are refused at once', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const body = Buffer.from('&'.repeat(8_000_000))
    await refused(send(server.endpoint, { method: 'POST', url: '/', headers, body }), 'BadRequest', 400)
    const url = `/?${'&'.repeat(8_000_000)}`
    await refused(send(server.endpoint, { method: 'GET', url, headers: {} }), 'BadRequest', 400)
    const route = await send(server.endpoint, { method: 'GET', url: `/v1/instances${url}`, headers: {} })
    assert.equal(route.status, 401)
  })

  test('that stall, end early or are no HTTP are cut off, while others are served', async (t) => {
    const impatient = createServer(server.services, { requestTimeoutMs: 1500, headersTimeoutMs: 1000 })
    t.after(() => impatient.close(0))
    const { port } = await impatient.listen({ host: '127.0.0.1', port: 0 })
    const raw = (bytes: string) =>
      new Promise<string>((closed) => {
        let text = ''
        const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
        socket.on('data', (part) => {
          text += part
        })
        socket.on('error', () => {}).on('close', () => closed(text))
      })
    const slow = [
      raw('POST / HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\nstalls'),
      raw('POST / HTTP/1.1\r\nhost: a\r\nx-stalls'),
    ]
    const junk = await raw('no HTTP at all\r\n\r\n')
    assert.match(junk, /^HTTP\/1\.1 400 .*application\/json.*"RequestMalformed"/s)
    assert.equal((await fetch(`http://127.0.0.1:${port}/readyz`)).status, 200)
    for (const answer of await Promise.all(slow)) assert.match(answer, /^HTTP\/1\.1 408 .*"RequestTooSlow"/s)
  })
})

test('scores are written with a decimal point, for clients that complain about each that has none', async (t) => {
  const server = await openTestServer()
  t.after(() => server.cleanUp())
  const key = server.firstKey!
  await server.services.instances.create('shop', 'generic')
  const PicContent = Buffer.from(await madePicture(1)).toString('base64')
  const call = async (action: string, form: object) => {
    const request = signedAction(server.endpoint, key, action, { InstanceName: 'shop', ...form })
    return (await send(server.endpoint, request)).text
  }
  const CustomContent = '"Score":1,'
  await call('AddImage', { PicContent, ProductId: 'p', PicName: 'n', CustomContent })
  const found = await call('SearchImageByPic', { PicContent })
  assert.match(found, /"Score":1\.0,/)
  assert.equal(JSON.parse(found).Auctions[0].CustomContent, CustomContent)
  assert.match(
    await call('CompareSimilarByImage', { PrimaryPicContent: PicContent, SecondaryPicContent: PicContent }),
    /"Score":1\.0\}/,
  )
})

describe('the same signed request', () => {
  let server: TestServer
  let key: ClientKey
  let picture: string
  before(async () => {
    server = await openTestServer()
    key = server.firstKey!
    await server.services.instances.create('shop', 'generic')
    picture = Buffer.from(await madePicture(1)).toString('base64')
  })
  after(() => server.cleanUp())
  const signed = (PicName: string) =>
    signedAction(server.endpoint, key, 'AddImage', {
      InstanceName: 'shop',
      ProductId: 'p',
      PicName,
      PicContent: picture,
    })

  test('is refused once it was answered', async () => {
    const request = signed('a')
    assert.equal((await send(server.endpoint, request)).status, 200)
    assert.equal((await send(server.endpoint, request)).json?.Code, 'SignatureNonceUsed')
  })

  test('is answered again while the first is in flight, as a Java client repeats it in silence', async () => {
    const request = signed('b')
    const answers = await Promise.all([send(server.endpoint, request), send(server.endpoint, request)])
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200],
    )
  })

  test('is answered again when the connection of the first broke before its answer', async () => {
    const request = signed('c')
    const lines = Object.entries({ ...request.headers, 'content-length': request.body.length })
    const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
    await new Promise<void>((closed) => {
      const socket = connect(Number(new URL(server.endpoint).port), '127.0.0.1', () => {
        socket.write(`POST / HTTP/1.1\r\n${head}\r\n`)
        socket.write(request.body, () => socket.destroy())
      })
      socket.on('close', () => closed())
    })
    assert.equal((await send(server.endpoint, request)).status, 200)
    assert.equal((await send(server.endpoint, request)).json?.Code, 'SignatureNonceUsed')
  })
})
