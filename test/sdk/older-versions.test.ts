import assert from 'node:assert/strict'
import { stringify } from 'node:querystring'
import { after, before, describe, test } from 'node:test'
import Sdk102 from '@alicloud/imagesearch'
import Sdk2018 from '@alicloud/imagesearch-2018-01-20'
import Sdk2019 from '@alicloud/imagesearch-2019-03-25'
import Sdk2020 from '@alicloud/imagesearch20200212'
import RpcClient from '@alicloud/pop-core'
import { RuntimeOptions } from '@alicloud/tea-util'
import type { ClientKey } from '../../src/http/rpc/acs3.ts'
import { madePicture, openTestServer, type TestServer } from '../harness.ts'

let server: TestServer
let key: ClientKey
before(async () => {
  server = await openTestServer({})
  key = server.firstKey!
})
after(() => server.cleanUp())

const base64 = async (seed: number) => Buffer.from(await madePicture(seed)).toString('base64')

describe('@alicloud/pop-core', () => {
  before(() => server.services.instances.create('pop', 'generic'))
  const InstanceName = 'pop'

  test('calls any action, with everything in the body or everything in the query', async () => {
    const client = new RpcClient({ ...key, endpoint: server.endpoint, apiVersion: '2020-12-14' })
    const image = { InstanceName, ProductId: "p'(1)*!~ +中", PicName: 'a' }
    await client.request('AddImage', { ...image, PicContent: await base64(1) }, { method: 'POST' })
    const found = await client.request<{ Exists: boolean }>('CheckImageExists', image, { method: 'GET' })
    assert.equal(found.Exists, true)
    const detail = await client.request<{ Instance: { TotalCount: number } }>(
      'Detail',
      { InstanceName },
      { method: 'GET' },
    )
    assert.equal(detail.Instance.TotalCount, 1)
    await assert.rejects(client.request('Detail', { InstanceName: 'nowhere' }, {}), /Console.InstanceNotFound/)
  })
})

describe('@alicloud/imagesearch20200212, API 2020-02-12', () => {
  const instanceName = 'v2020'
  before(() => server.services.instances.create(instanceName, 'generic'))

  test('adds, searches by picture and name, and deletes', async () => {
    const { host } = new URL(server.endpoint)
    const config = { ...key, endpoint: host, protocol: 'http', regionId: 'cn-shanghai' }
    const client = new Sdk2020.default(config as ConstructorParameters<typeof Sdk2020.default>[0])
    const { AddImageRequest, SearchImageByPicRequest, SearchImageByNameRequest, DeleteImageRequest } = Sdk2020
    const name = { instanceName, productId: 'p (1)', picName: 'a.png' }
    const picContent = await base64(1)
    const run = new RuntimeOptions({})
    const added = await client.addImage(new AddImageRequest({ ...name, picContent, intAttr: 5 }), run)
    assert.equal(added.code, 0)
    const byPic = await client.searchImageByPic(new SearchImageByPicRequest({ instanceName, picContent }), run)
    assert.equal(byPic.auctions[0]?.productId, 'p (1)')
    const byName = await client.searchImageByName(new SearchImageByNameRequest(name), run)
    assert.equal(byName.auctions[0]?.intAttr, 5)
    assert.equal((await client.deleteImage(new DeleteImageRequest(name), run)).success, true)
    await assert.rejects(client.searchImageByName(new SearchImageByNameRequest(name), run), /PicNotExist/)
  })
})

describe('@alicloud/imagesearch 1.0.2, API 2020-02-12 with everything in the query', () => {
  const instanceName = 'v102'
  before(() => server.services.instances.create(instanceName, 'generic'))

  test('adds a picture of 3 MB in the request line, finds it by picture and name, and deletes it', async () => {
    const { host } = new URL(server.endpoint)
    const config = new Sdk102.Config({
      ...key,
      type: 'access_key',
      endpoint: host,
      protocol: 'http',
      regionId: 'cn-shanghai',
    })
    const client = new Sdk102.default(config)
    const run = new RuntimeOptions({})
    const picture = Buffer.concat([await madePicture(1), Buffer.alloc(3 * 1024 * 1024)]).toString('base64')
    const request = new Sdk102.AddImageRequest({ instanceName, productId: 'p', picName: 'a', picContent: picture })
    assert.equal((await client.addImage(request, run)).code, 0)
    const search = new Sdk102.SearchImageByPicRequest({ instanceName, picContent: await base64(1) })
    assert.equal((await client.searchImageByPic(search, run)).auctions[0]?.picName, 'a')

    const name = { instanceName, productId: 'p', picName: 'a' }
    const byName = await client.searchImageByName(new Sdk102.SearchImageByNameRequest(name), run)
    assert.equal(byName.head.docsReturn, 1)
    assert.equal((await client.deleteImage(new Sdk102.DeleteImageRequest(name), run)).success, true)
    const gone = client.searchImageByName(new Sdk102.SearchImageByNameRequest(name), run)
    await assert.rejects(gone, /PicNotExist/)
  })
})

describe('@alicloud/imagesearch-2019-03-25', () => {
  const InstanceName = 'v2019'
  before(() => server.services.instances.create(InstanceName, 'generic'))

  test('adds, searches by picture and name, and deletes', async () => {
    const client = new Sdk2019({ ...key, endpoint: server.endpoint })
    const options = { method: 'POST', 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' }
    const image = { InstanceName, ProductId: 'test', PicName: 'a b+c' }
    const PicContent = await base64(1)
    const added = await client.addImage(stringify({ ...image, PicContent, IntAttr: 7 }), options)
    assert.equal(added.Success, true)
    const byPic = await client.searchImage(stringify({ InstanceName, PicContent, Filter: '(int_attr=7)' }), options)
    assert.equal(byPic.Auctions[0].PicName, 'a b+c')
    const byName = await client.searchImage(stringify({ ...image, Type: 'SearchByName' }), options)
    assert.equal(byName.Auctions[0].ProductId, 'test')
    await client.deleteImage(stringify({ InstanceName, ProductId: 'test' }), options)
    await assert.rejects(client.searchImage(stringify({ ...image, Type: 'SearchByName' }), options), /PicNotExist/)
    await assert.rejects(client.searchImage(stringify({ InstanceName, Type: 'ByMood' }), options), /InvalidType/)
  })
})

describe('@alicloud/imagesearch-2018-01-20', () => {
  const query = { instanceName: 'v2018' }
  const options = { 'content-type': 'application/octet-stream; charset=utf-8' }
  before(() => server.services.instances.create('v2018', 'generic'))

  /** As the documentation's samples build it. */
  const metaBody = (values: Record<string, string>) => {
    let end = 0
    const meta = Object.entries(values).map(([name, value]) => {
      end += value.length
      return `${name},${end - value.length},${end}`
    })
    return `${meta.join('#')}^${Object.values(values).join('')}`
  }
  const nameKey = (name: string) => Buffer.from(name).toString('base64')

  test('adds an item with two pictures, searches, and deletes a picture and the item', async () => {
    const client = new Sdk2018({ ...key, endpoint: server.endpoint })
    const [one, two] = [nameKey('1.png'), nameKey('二.png')]
    const item = { item_id: '1000', cat_id: '0', cust_content: '键:值', pic_list: `${one},${two}` }
    const body = metaBody({ ...item, [one]: await base64(1), [two]: await base64(2) })
    const added = await client.addItem(query, body, options)
    assert.equal(added.Success, true)
    const search = metaBody({ s: '0', n: '2', pic_list: two, [two]: await base64(2) })
    const found = await client.searchItem(query, search, options)
    assert.equal(found.Head.DocsReturn, 2)
    assert.deepEqual(
      { ...found.Auctions.Auction[0], SortExprValues: '' },
      { ProductId: '1000', PicName: '二.png', CatId: '88888888', CustContent: '键:值', SortExprValues: '' },
    )
    await client.deleteItem(query, metaBody({ item_id: '1000', pic_list: two }), options)
    assert.equal((await client.searchItem(query, search, options)).Head.DocsFound, 1)
    await client.deleteItem(query, metaBody({ item_id: '1000' }), options)
    assert.equal((await client.searchItem(query, search, options)).Head.DocsFound, 0)
  })

  test('learns what is wrong with a body by the documented codes', async () => {
    const client = new Sdk2018({ ...key, endpoint: server.endpoint })
    const one = nameKey('1.png')
    const refused = async (body: string, code: RegExp) => assert.rejects(client.addItem(query, body, options), code)
    await refused('no caret', /NoCaretSeperator/)
    await refused('^', /EmptyMeta/)
    await refused('item_id,0,9^1', /InvalidMetaItem/)
    await refused(metaBody({ pic_list: one }), /NoSpecifiedItemId/)
    await refused(metaBody({ item_id: '1' }), /NoPicList/)
    await refused(metaBody({ item_id: '1', pic_list: '?' }), /InvalidPicList/)
    await refused(metaBody({ item_id: '1', pic_list: one }), /NoSpecifiedPic/)
    await assert.rejects(client.searchItem(query, metaBody({ s: '0' }), options), /NoSpecifiedSearchPic/)
  })
})
