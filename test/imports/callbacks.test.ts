import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { ImportCallback, ImportEvent } from '../../src/imports/index.ts'
import { ended, type Setup, setUp } from './setup.ts'

interface Received {
  readonly method: string
  readonly headers: IncomingHttpHeaders
  readonly text: string
  readonly body: ImportEvent
}

let setup: Setup
let receiver: Server
let address: string
let received: Received[]
/** Status of the next answers; then 204. 0 = the connection is cut. */
let answers: number[]

beforeEach(async () => {
  received = []
  answers = []
  receiver = createServer(async (request, response) => {
    let text = ''
    for await (const part of request) text += part
    received.push({ method: request.method ?? '', headers: request.headers, text, body: JSON.parse(text) })
    const status = answers.shift() ?? 204
    if (status === 0) request.socket.destroy()
    else response.writeHead(status, { location: '/elsewhere' }).end('a body that nobody reads')
  })
  await new Promise<void>((listening) => receiver.listen(0, '127.0.0.1', listening))
  address = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook?shop=1`
  setup = await setUp(Math.random, { isCallbackAllowed: () => true, callbackDelaysMs: [10, 20, 40] })
  await setup.put('a.jpg', 'picture a')
})
afterEach(async () => {
  await setup.close()
  receiver.close().closeAllConnections()
})

/** Runs an import of one row that is done and one that fails. */
async function importTwo(callbackAddress = address): Promise<number> {
  const row = (PicName: string) => JSON.stringify({ OperationType: 'ADD', ProductId: '1', PicName })
  await setup.put('increment.meta', `${row('a.jpg')}\n${row('b.jpg')}`)
  const { id } = await setup.imports.start(setup.instance, { bucket: 'pictures', path: '/', callbackAddress })
  await ended(setup.imports, id)
  return id
}

async function settled(id: number, imports = setup.imports): Promise<ImportCallback[]> {
  for (let turn = 0; turn < 500; turn++) {
    const callbacks = await imports.callbacks(id)
    if (callbacks.length > 0 && callbacks.every(({ state }) => state !== 'waiting')) return callbacks
    await delay(10)
  }
  return assert.fail('a callback is still waiting')
}

/** The example of the guide. */
async function isGenuine(): Promise<(secret: string, headers: IncomingHttpHeaders, body: string) => boolean> {
  const page = await readFile(new URL('../../docs/guides/callbacks.md', import.meta.url), 'utf8')
  const source = /^```js\n([\s\S]*?)^```/m.exec(page)?.[1] ?? ''
  return (await import(`data:text/javascript,${encodeURIComponent(source)}`)).isGenuine
}

describe('at the end of an import', () => {
  test('its address is told what came of it, signed so that the example in the guide verifies it', async () => {
    const id = await importTwo()
    const [callback] = await settled(id)
    assert.deepEqual(received.length, 1)
    const { method, headers, text, body } = received[0] as Received
    assert.equal(method, 'POST')
    assert.equal(headers['webhook-id'], callback?.id)
    assert.deepEqual(body, callback?.body)
    assert.equal(body.type, 'import.ended')
    const { instance, importId, status, state, lines, ok, failed, causes } = body.data
    assert.deepEqual(
      { instance, importId, status, state, lines, ok, failed, causes },
      {
        ...{ instance: 'shop', importId: id, status: 'SUCCESS', state: 'done', lines: 2, ok: 1, failed: 1 },
        causes: { RowObjectMissing: 1 },
      },
    )
    const verify = await isGenuine()
    const secret = setup.imports.callbackSecret(setup.instance)
    assert.equal(verify(secret, headers, text), true)
    assert.equal(verify(secret, headers, text.replace('SUCCESS', 'FAIL')), false)
    assert.equal(verify(setup.imports.callbackSecret({ name: 'other' }), headers, text), false)
    assert.equal(verify(secret, { ...headers, 'webhook-timestamp': '1000' }, text), false)
  })

  test('nothing is sent when no address was given', async () => {
    const id = await importTwo('')
    await delay(30)
    assert.deepEqual([received.length, await setup.imports.callbacks(id)], [0, []])
    await assert.rejects(setup.imports.redeliver(id), { code: 'CallbackNotFound' })
    await assert.rejects(setup.imports.callbacks(99), { code: 'ImportNotFound' })
  })

  test('that was cancelled, or failed, its address is told that, and again after a retry', async () => {
    await setup.put('increment.meta', '\n\n'.repeat(60_000))
    const start = { bucket: 'pictures', path: '/', callbackAddress: address }
    const failing = await setup.imports.start(setup.instance, start)
    await ended(setup.imports, failing.id)
    await settled(failing.id)
    assert.deepEqual([received[0]?.body.data.status, received[0]?.body.data.code], ['FAIL', 'ManifestEmpty'])
    const id = await importTwo()
    await setup.put('b.jpg', 'picture b')
    await setup.imports.retry(id)
    await ended(setup.imports, id)
    const callbacks = await settled(id)
    assert.deepEqual(
      callbacks.map(({ body: { data } }) => [data.attempt, data.ok, data.failed]),
      [
        [1, 1, 1],
        [2, 2, 0],
      ],
    )
  })
})

test('an import that pauses by itself says so, for somebody has to mend something', async () => {
  const row = (i: number) => JSON.stringify({ OperationType: 'ADD', ProductId: String(i), PicName: 'missing.jpg' })
  await setup.put('increment.meta', Array.from({ length: 400 }, (_, i) => row(i)).join('\n'))
  const { id } = await setup.imports.start(setup.instance, { bucket: 'pictures', path: '/', callbackAddress: address })
  while (received.length === 0) await delay(10)
  const { type, data } = (received[0] as Received).body
  assert.deepEqual(
    [type, data.importId, data.status, data.state, data.code],
    ['import.paused', id, 'PROCESSING', 'paused', 'ImportPausedEarly'],
  )
  assert.ok(data.failed >= 200, String(data.failed))
  await setup.imports.cancel(id)
  assert.deepEqual(
    (await settled(id)).map(({ body }) => body.type),
    ['import.paused', 'import.ended'],
  )
})

describe('a callback that is not taken', () => {
  test('is sent again with the same id, and every try is on record', async () => {
    answers = [500, 0, 302]
    const [callback] = await settled(await importTwo())
    assert.equal(callback?.state, 'delivered')
    assert.deepEqual(
      callback?.deliveries.map(({ status }) => status),
      [500, 0, 302, 204],
    )
    assert.match(callback?.deliveries[2]?.error ?? '', /redirects are not followed/)
    assert.deepEqual(new Set(received.map(({ headers }) => headers['webhook-id'])).size, 1)
    assert.equal(received.length, 4)
  })

  test('is given up in the end, and goes out again when somebody asks for it', async () => {
    answers = [503, 503, 503, 503]
    const id = await importTwo()
    const [given] = await settled(id)
    assert.deepEqual([given?.state, given?.deliveries.length], ['failed', 4])
    await setup.imports.redeliver(id)
    const [again] = await settled(id)
    assert.deepEqual([again?.state, again?.deliveries.length], ['delivered', 5])
  })

  test('is sent after a restart', async () => {
    await setup.close()
    setup = await setUp(Math.random, { isCallbackAllowed: () => true, callbackDelaysMs: [200, 10, 10] })
    await setup.put('a.jpg', 'picture a')
    answers = [503]
    const id = await importTwo()
    while (received.length === 0) await delay(5)
    await setup.imports.close()
    const after = setup.restart()
    await after.resumeAll()
    const [callback] = await settled(id, after)
    assert.deepEqual([callback?.state, received.length], ['delivered', 2])
  })
})

describe('an address', () => {
  test('must be one, of http or https, without a password', async () => {
    for (const bad of ['shop.example', 'ftp://shop.example/', 'http://', 'https://user:secret@shop.example/'])
      await assert.rejects(importTwo(bad), { code: 'CallbackAddressInvalid' }, bad)
  })

  test('in a private network is refused before the import begins, and again before every try', async () => {
    const guarded = await setUp()
    try {
      await guarded.put('increment.meta', '{"OperationType":"DELETE","ProductId":"1"}')
      const start = (callbackAddress: string) =>
        guarded.imports.start(guarded.instance, { bucket: 'pictures', path: '/', callbackAddress })
      for (const host of ['127.0.0.1', '[::1]', '10.0.0.1', '169.254.169.254', 'localhost'])
        await assert.rejects(start(`http://${host}/hook`), { code: 'CallbackAddressPrivate' }, host)
    } finally {
      await guarded.close()
    }
    // What was allowed when the import was started need not be any more.
    const id = await importTwo()
    await settled(id)
    await setup.imports.close()
    const strict = setup.restart({ isCallbackAllowed: () => false })
    await strict.redeliver(id)
    const [callback] = await settled(id, strict)
    assert.match(callback?.deliveries.at(-1)?.error ?? '', /does not belong to the public internet/)
    assert.equal(received.length, 1)
  })
})
