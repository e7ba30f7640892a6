import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { madePicture, openTestServer, type TestServer } from '../../test/harness.ts'
import { models as m, type SdkClient, sdkClient } from '../../test/sdk/clients.ts'
import { createServer, type HttpServer } from './server.ts'

describe('limits of an instance', () => {
  let app: TestServer
  let server: HttpServer
  let client: SdkClient
  let picContent = ''
  const clock = { now: Date.now() }
  before(async () => {
    app = await openTestServer()
    server = createServer(app.services, { now: () => clock.now })
    const { port } = await server.listen({ host: '127.0.0.1', port: 0 })
    client = sdkClient(`http://127.0.0.1:${port}`, app.firstKey!)
    picContent = Buffer.from(await madePicture(1)).toString('base64')
    await app.services.instances.create('shop', 'generic', { searchQps: 2, writeQps: 1 })
  })
  after(async () => {
    await server.close(0)
    await app.cleanUp()
  })
  const name = { instanceName: 'shop', productId: 'p', picName: 'n' }
  const add = () => client.addImage(new m.AddImageRequest({ ...name, picContent }))
  const search = () => client.searchImageByName(new m.SearchImageByNameRequest(name))
  const denied = { code: 'DeniedRequest', statusCode: 403 }

  test('hold for searches and writes each by their own rate, and say when to come again', async () => {
    await add()
    await assert.rejects(add(), denied)
    await search()
    await search()
    await assert.rejects(search(), denied)
    await client.detail(new m.DetailRequest(name))

    clock.now += 500
    await search()
    await assert.rejects(search(), (error: { retryAfter?: number; message: string }) => {
      assert.match(error.message, /at most 2 searches a second on the instance "shop"/)
      return true
    })
    await assert.rejects(add(), denied)
    clock.now += 500
    await add()
  })

  test('do not hold where there are none', async () => {
    await app.services.instances.update('shop', { searchQps: 0 })
    for (let i = 0; i < 10; i++) await search()
  })
})
