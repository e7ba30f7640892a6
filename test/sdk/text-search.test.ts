import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import sharp from 'sharp'
import type { ClientKey } from '../../src/http/rpc/acs3.ts'
import { sightline } from '../cli/sightline.ts'
import { writeColourModel } from '../fixtures/colour-model.ts'
import { openTestServer, type TestServer } from '../harness.ts'
import { models as m, sdkClient, send, signedAction } from './clients.ts'

const COLOURS = ['red', 'green', 'blue', 'yellow', 'black', 'white'] as const

describe('search by text, with a model that has a text encoder', () => {
  let folder: string
  let server: TestServer
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sightline-text-'))
    await mkdir(join(folder, 'model'))
    await writeColourModel(join(folder, 'model'))
    server = await openTestServer({ modelFolder: join(folder, 'model') })
    const { instances, images } = server.services
    const shop = await instances.create('shop', 'product')
    for (const [i, background] of COLOURS.entries()) {
      const picture = await sharp({ create: { width: 120, height: 120, channels: 3, background } })
        .png()
        .toBuffer()
      const name = { productId: background, picName: 'a.png' }
      await images.put(shop.id, { ...name, picture, intAttr: i, categoryId: i % 2 }, { priority: 'search' })
    }
  })
  after(async () => {
    await server.cleanUp()
    await rm(folder, { recursive: true })
  })

  const asked = async (text: string, more: object = {}) => {
    const request = new m.SearchImageByTextRequest({ instanceName: 'shop', text, ...more })
    const client = sdkClient(server.endpoint, server.firstKey!)
    return (await client.searchImageByText(request)).body!
  }
  const rest = async <T>(method: string, path: string, json?: object): Promise<T> => {
    const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' }
    const body = json && { body: JSON.stringify(json) }
    return (await (await fetch(`${server.endpoint}/v1${path}`, { method, headers, ...body })).json()) as T
  }
  let bearer = ''
  before(async () => {
    const { principal } = await server.services.access.findKey(server.firstKey!.accessKeyId)
    const actor = { principal, requestId: '', remoteAddress: '127.0.0.1' }
    bearer = (await server.services.accessAdmin.createKey(actor, 'admin', { scope: 'admin' })).secret
  })

  test('SearchImageByText of the SDK finds what the words say, in any case, accents and language of the model', async () => {
    for (const [text, first] of [
      ['red', 'red'],
      ['a green shoe, please', 'green'],
      ['BLÜE?  blüe', 'blue'],
      ['红', 'red'],
      ['reddish', 'red'],
    ] as const) {
      const body = await asked(text, { num: 3 })
      assert.equal(body.auctions?.[0]?.productId, first, text)
      assert.equal(body.auctions?.length, 3)
      assert.equal(body.head?.docsFound, COLOURS.length)
      assert.equal(body.msg, 'success')
    }
  })

  test('it filters, cuts at a score and groups by product as other searches do; answers have no raw values', async () => {
    const filtered = await asked('red', { filter: 'int_attr > 0' })
    assert.ok(!filtered.auctions?.some(({ productId }) => productId === 'red'))
    assert.equal(filtered.auctions?.[0]?.productId, 'yellow')
    const cut = await asked('green', { scoreThreshold: '0.9', distinctProductId: true })
    assert.ok(cut.auctions?.every(({ score }) => score! >= 0.9))
    const raw = { InstanceName: 'shop', Text: 'green', Num: '1' }
    const { json } = await send(
      server.endpoint,
      signedAction(server.endpoint, server.firstKey!, 'SearchImageByText', raw),
    )
    const { Auctions, PicInfo } = json as { Auctions: object[]; PicInfo: object }
    assert.ok(!('SortExprValues' in Auctions[0]!))
    assert.deepEqual(Object.keys(PicInfo), ['AllCategories'])
  })

  test('REST says whether an instance can be searched by text, and searches', async () => {
    const { searchesText } = await rest<{ searchesText: boolean }>('GET', '/instances/shop')
    assert.equal(searchesText, true)
    const { results, found, timings } = await rest<{
      results: { productId: string }[]
      found: number
      timings: { embedMs: number }
    }>('POST', '/instances/shop/search', { text: 'blue shoe', num: 1 })
    assert.equal(results[0]?.productId, 'blue')
    assert.equal(found, COLOURS.length)
    assert.ok(timings.embedMs > 0)
    for (const [text, code] of [
      ['x'.repeat(513), 'TextTooLong'],
      ['', 'TextMissing'],
    ]) {
      const { error } = await rest<{ error: { code: string } }>('POST', '/instances/shop/search', { text })
      assert.equal(error.code, code)
    }
  })

  test('sightline search --text finds it on the command line', async () => {
    const args = ['search', 'shop', '--text', 'yellow', '--num', '1', '--data', server.dataDir]
    const { code, stdout, stderr } = await sightline(args)
    assert.equal(code, 0, stderr)
    assert.match(stdout, /1 +[\d.]+ +yellow +a\.png/)
  })
})

test('with sightline-mini, which understands pictures alone, a search by text says so', async () => {
  let server = await openTestServer()
  const model = await mkdtemp(join(tmpdir(), 'sightline-text-'))
  try {
    await server.services.instances.create('shop', 'generic')
    const args = ['search', 'shop', '--text', 'red', '--data', server.dataDir]
    const { code, stderr } = await sightline(args)
    assert.equal(code, 1)
    assert.match(stderr, /^TextEncoderMissing: The model sightline-mini-1 .* no text/)
    const shown = await sightline(['instance', 'show', 'shop', '--data', server.dataDir])
    assert.match(shown.stdout, /Searches by text +no/)

    // Another model does not make the instance one of its own.
    await writeColourModel(model)
    await server.server.close(0)
    await server.close()
    server = await openTestServer({ dataDir: server.dataDir, modelFolder: model })
    const key = JSON.parse(await readFile(join(server.dataDir, 'credentials.json'), 'utf8')) as ClientKey
    const request = new m.SearchImageByTextRequest({ instanceName: 'shop', text: 'red' })
    const ofOther = {
      code: 'InstanceStatusError',
      statusCode: 400,
      message: /holds vectors of the model sightline-mini-1/,
    }
    await assert.rejects(sdkClient(server.endpoint, key).searchImageByText(request), ofOther)
  } finally {
    await server.cleanUp()
    await rm(model, { recursive: true })
  }
})
