import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { Writable } from 'node:stream'
import { after, before, describe, test } from 'node:test'
import { madePicture, openTestServer, type TestServer } from '../../test/harness.ts'
import { send, signedAction } from '../../test/sdk/clients.ts'
import { createLog } from '../ops/log.ts'
import { createServer, type HttpServer } from './server.ts'

describe('the server', () => {
  let app: TestServer
  let server: HttpServer
  let endpoint = ''
  let log = ''
  before(async () => {
    app = await openTestServer()
    await app.services.instances.create('shop', 'generic')
    const to = new Writable({
      write(line, _encoding, done) {
        log += line
        done()
      },
    })
    server = createServer({ ...app.services, log: createLog({ level: 'info', to }) })
    const { host, port } = await server.listen({ host: '127.0.0.1', port: 0 })
    endpoint = `http://${host}:${port}`
  })
  after(async () => {
    await server.close(0)
    await app.cleanUp()
  })
  const get = async (path: string) => {
    const response = await fetch(endpoint + path)
    return { status: response.status, text: await response.text() }
  }

  test('says that it lives and is ready', async () => {
    assert.equal((await get('/healthz')).status, 200)
    assert.deepEqual(await get('/readyz'), { status: 200, text: '{"status":"ready"}' })
  })

  test('logs each request with its id and nothing secret', async () => {
    const PicContent = Buffer.from(await madePicture(1)).toString('base64')
    const form = { InstanceName: 'shop', ProductId: 'p', PicName: 'n', PicContent }
    const request = signedAction(endpoint, app.firstKey!, 'AddImage', form)
    const { json } = await send(endpoint, { ...request, url: '/' })
    const query = await send(endpoint, {
      method: 'GET',
      url: '/?AccessKeyId=a&Signature=SECRETSIG&SecurityToken=SECRETTOKEN',
      headers: {},
    })
    assert.equal(query.status, 400)
    await get('/v1/downloads/SECRETLINK')

    const lines = log
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    const line = lines.find(({ requestId }) => requestId === json?.RequestId)
    assert.deepEqual([line.action, line.status, line.path], ['AddImage', 200, '/'])
    assert.match(line.principal, /^acs:ram::/)
    assert.ok(lines.some(({ code }) => code === 'SignatureIncomplete'))
    const signature = request.headers.authorization?.split('Signature=')[1]
    for (const secret of [PicContent.slice(0, 40), signature, 'SECRETSIG', 'SECRETTOKEN', 'SECRETLINK'])
      assert.ok(!log.includes(secret!), secret)
  })

  test('counts requests by action and code, and shows images and memory', async () => {
    const { text } = await get('/metrics')
    assert.match(text, /sightline_requests_total\{action="AddImage",code="200"\} 1/)
    assert.match(text, /sightline_requests_total\{action="\/",code="\w+"\} 1/)
    assert.match(text, /sightline_images\{instance="shop"\} 1/)
    assert.match(text, /sightline_index_pending_changes\{instance="shop"\} \d/)
    assert.match(text, /sightline_event_loop_delay_seconds\{quantile="0.99"\} [\d.]+/)
    assert.match(text, /process_resident_memory_bytes \d+/)
  })

  test('sends a person who opens its address to the console', async () => {
    const response = await fetch(endpoint, { headers: { accept: 'text/html' }, redirect: 'manual' })
    assert.equal(response.headers.get('location'), '/console/')
  })

  test('finishes requests in work when it stops, and takes no new ones', async () => {
    const stopping = createServer(app.services)
    const { port } = await stopping.listen({ host: '127.0.0.1', port: 0 })
    const address = `http://127.0.0.1:${port}`
    const PicContent = Buffer.from(await madePicture(2)).toString('base64')
    const form = { InstanceName: 'shop', ProductId: 'p', PicName: 'late', PicContent }
    const idle = connect(port, '127.0.0.1')
    const inWork = send(address, signedAction(address, app.firstKey!, 'AddImage', form))
    await new Promise((resolve) => setTimeout(resolve, 10))
    const [answer] = await Promise.all([inWork, stopping.close(5000)])
    assert.equal(answer.status, 200)
    idle.destroy()
    await assert.rejects(fetch(`${address}/healthz`))
  })
})
