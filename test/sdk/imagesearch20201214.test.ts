import assert from 'node:assert/strict'
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, before, describe, test } from 'node:test'
import sharp, { type Sharp } from 'sharp'
import { type OwnCertificate, ownCertificate } from '../../src/http/certificates.ts'
import type { ClientKey } from '../../src/http/rpc/acs3.ts'
import { madePicture, openTestServer, type TestServer } from '../harness.ts'
import { models as m, type SdkClient, sdkClient, trusting } from './clients.ts'

let server: TestServer
let key: ClientKey
let certificate: OwnCertificate
const pictures = createServer(async (request, response) => {
  if (request.url === '/silent') return
  const seed = Number(request.url?.slice(1))
  response.end(seed ? await madePicture(seed) : 'no picture')
})

before(async () => {
  certificate = await ownCertificate({ folder: await mkdtemp(join(tmpdir(), 'sightline-test-')) })
  server = await openTestServer({}, { allowPrivateAddresses: true, certificate })
  key = server.firstKey!
  await new Promise<void>((listening) => pictures.listen(0, '127.0.0.1', listening))
})
after(async () => {
  pictures.close().closeAllConnections()
  await server.cleanUp()
})

const base64 = async (seed: number) => Buffer.from(await madePicture(seed)).toString('base64')
const upperUuid = /^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/

for (const signatureAlgorithm of [undefined, 'v2'] as const) {
  describe(`@alicloud/imagesearch20201214 signing with ${signatureAlgorithm ?? 'ACS3'}`, () => {
    const instanceName = signatureAlgorithm ? 'shop-v2' : 'shop'
    let client: SdkClient
    before(async () => {
      client = sdkClient(server.endpoint, key, signatureAlgorithm && { signatureAlgorithm })
      await server.services.instances.create(instanceName, 'product')
      for (let seed = 1; seed <= 5; seed++) await add(seed, { intAttr: seed, strAttr: seed % 2 ? 'odd' : 'even' })
    })
    const name = (seed: number) => ({ instanceName, productId: `p${Math.ceil(seed / 2)}`, picName: `${seed}.png` })
    const add = async (seed: number, more: object = {}) => {
      const request = new m.AddImageRequest({ ...name(seed), picContent: await base64(seed), ...more })
      return (await client.addImage(request)).body!
    }
    const check = async (seed: number) =>
      (await client.checkImageExists(new m.CheckImageExistsRequest(name(seed)))).body!

    test('AddImage stores a picture given as base64 with all fields, and answers what was seen in it', async () => {
      const fields = {
        customContent: 'k1:v1,中文 & "quoted"',
        ...{ intAttr: -7, intAttr2: 2 ** 31 - 1, intAttr3: 3, intAttr4: 4 },
        ...{ strAttr: "a'(1)*!~ +", strAttr2: '😀', strAttr3: 'c', strAttr4: 'd' },
      }
      const body = await add(7, { ...fields, categoryId: 4, region: '10,150,20,180' })
      assert.equal(body.code, 0)
      assert.equal(body.message, 'success')
      assert.equal(body.success, true)
      assert.match(body.requestId!, upperUuid)
      assert.equal(body.picInfo?.categoryId, 4)
      assert.equal(body.picInfo?.region, '10,150,20,180')
      assert.equal(body.picInfo?.multiRegion?.[0]?.region, '10,150,20,180')
      const { auctions, exists } = await check(7)
      assert.equal(exists, true)
      assert.deepEqual({ ...auctions }, { ...fields, productId: 'p4', picName: '7.png', categoryId: 4 })
    })

    test('AddImage fetches a picture given by address', async () => {
      const { port } = pictures.address() as AddressInfo
      const picContent = `http://127.0.0.1:${port}/8`
      await client.addImage(new m.AddImageRequest({ ...name(8), picContent }))
      assert.equal((await check(8)).exists, true)
    })

    test('SearchImageByPic finds what was added, first and with score 1, typed as documented', async () => {
      const request = new m.SearchImageByPicRequest({ instanceName, picContent: await base64(3), num: 3, crop: true })
      const body = (await client.searchImageByPic(request)).body!
      assert.equal(body.code, 0)
      assert.equal(body.msg, 'success')
      const [first] = body.auctions!
      assert.equal(first?.picName, '3.png')
      assert.equal(first?.score, 1)
      assert.match(first?.sortExprValues ?? '', /^[\d.]+e\+24;0$/)
      assert.equal(body.head?.docsReturn, 3)
      assert.ok((body.head?.docsFound ?? 0) >= 5)
      assert.match(body.picInfo?.region ?? '', /^\d+,\d+,\d+,\d+$/)
      assert.ok((body.picInfo?.allCategories?.length ?? 0) >= 1)
    })

    test('SearchImageByPic filters, skips, groups by product and cuts at a score', async () => {
      const search = async (more: object) => {
        const request = new m.SearchImageByPicRequest({ instanceName, picContent: await base64(1), num: 100, ...more })
        return (await client.searchImageByPic(request)).body!.auctions!
      }
      const all = await search({})
      assert.deepEqual(
        (await search({ start: 1 })).map(({ picName }) => picName),
        all.slice(1).map(({ picName }) => picName),
      )
      const odd = await search({ filter: 'str_attr = "odd" AND int_attr > 1' })
      assert.deepEqual(odd.map(({ picName }) => picName).sort(), ['3.png', '5.png'])
      const products = (await search({ distinctProductId: true })).map(({ productId }) => productId)
      assert.deepEqual(products.length, new Set(products).size)
      const close = await search({ scoreThreshold: '0.99' })
      assert.deepEqual(
        close.map(({ picName }) => picName),
        ['1.png'],
      )
    })

    test('SearchImageByName searches with a stored picture', async () => {
      const body = (await client.searchImageByName(new m.SearchImageByNameRequest({ ...name(2), num: 2 }))).body!
      assert.equal(body.auctions?.[0]?.picName, '2.png')
      assert.equal(body.picInfo?.categoryId, body.auctions?.[0]?.categoryId)
    })

    test('SearchImageByFilter lists what matches, without scores', async () => {
      const request = new m.SearchImageByFilterRequest({ instanceName, filter: "strAttr = 'even'", num: 10 })
      const body = (await client.searchImageByFilter(request)).body!
      assert.deepEqual(
        body.auctions?.map(({ picName }) => picName),
        ['2.png', '4.png'],
      )
    })

    test('UpdateImage changes what it names and leaves the rest', async () => {
      await client.updateImage(new m.UpdateImageRequest({ ...name(5), strAttr4: 'z z+', intAttr3: -4 }))
      const { auctions } = await check(5)
      assert.equal(auctions?.strAttr4, 'z z+')
      assert.equal(auctions?.intAttr3, -4)
      assert.equal(auctions?.strAttr, 'odd')
    })

    test('CompareSimilarByImage gives 1 for the same picture and less for another', async () => {
      const compare = async (a: number, b: number) => {
        const [primaryPicContent, secondaryPicContent] = [await base64(a), await base64(b)]
        const request = new m.CompareSimilarByImageRequest({ instanceName, primaryPicContent, secondaryPicContent })
        return (await client.compareSimilarByImage(request)).body!.score!
      }
      assert.equal(await compare(1, 1), 1)
      assert.ok((await compare(1, 2)) < 0.9)
    })

    test('Detail describes the instance', async () => {
      const { instance } = (await client.detail(new m.DetailRequest({ instanceName }))).body!
      assert.equal(instance?.name, instanceName)
      assert.equal(instance?.serviceType, 0)
      assert.equal(
        instance?.totalCount,
        await server.services.images.count((await server.services.instances.get(instanceName)).id),
      )
      assert.match(instance?.utcCreate ?? '', /^\d{13}$/)
    })

    test('DeleteImage deletes a picture, a product or what matches, and is content when there is nothing', async () => {
      for (let seed = 21; seed <= 26; seed++) await add(seed, { intAttr4: 99 })
      const remove = async (more: object) => {
        const request = new m.DeleteImageRequest({ instanceName, ...more })
        return (await client.deleteImage(request)).body!.data?.picNames?.toSorted()
      }
      assert.deepEqual(await remove(name(21)), ['21.png'])
      assert.deepEqual(await remove(name(21)), [])
      assert.equal((await check(21)).exists, false)
      assert.deepEqual(await remove({ productId: 'p12' }), ['23.png', '24.png'])
      assert.deepEqual(await remove({ isDeleteByFilter: true, filter: 'int_attr4 = 99' }), [
        '22.png',
        '25.png',
        '26.png',
      ])
    })

    test('IncreaseInstance imports a manifest; IncreaseList tells how it went, with a report that opens for two hours', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'sightline-test-'))
      await mkdir(join(folder, 'set 1'))
      await writeFile(join(folder, 'set 1', 'a.png'), await madePicture(31))
      const lines = [
        { ProductId: 'i1', PicName: 'a.png' },
        { ProductId: 'i2', PicName: 'missing.png' },
      ]
      const manifest = lines.map((line) => JSON.stringify({ OperationType: 'ADD', ...line })).join('\n')
      await writeFile(join(folder, 'set 1', 'increment.meta'), manifest)
      const bucketName = `bucket-${instanceName}`
      await server.services.buckets.add(bucketName, { driver: 'file', options: { folder } })

      const start = new m.IncreaseInstanceRequest({ instanceName, bucketName, path: '/set 1' })
      const { data } = (await client.increaseInstance(start)).body!
      assert.match(data?.id ?? '', /^\d+$/)
      assert.equal(data?.incrementStatus, 'PROCESSING')
      for await (const _status of server.services.imports.watch(Number(data?.id), AbortSignal.timeout(20_000)));

      const list = (await client.increaseList(new m.IncreaseListRequest({ instanceName, pageSize: 5 }))).body!.data!
      assert.equal(list.totalCount, 1)
      const [row] = list.increments?.instance ?? []
      assert.equal(row?.id, Number(data?.id))
      assert.equal(row?.status, 'SUCCESS')
      assert.equal(row?.code, '0')
      assert.equal(row?.path, '/set 1')
      assert.match(row?.msg ?? '', /1 ok, 1 failed/)
      const report = await (await fetch(row?.errorUrl ?? '')).text()
      assert.deepEqual(
        report
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line).line),
        [2],
      )
    })
  })
}

describe('DumpMeta', () => {
  const wait = async (client: SdkClient, instanceName: string) => {
    for (;;) {
      const list = (await client.dumpMetaList(new m.DumpMetaListRequest({ instanceName }))).body!.data!
      if (list.dumpMetaList?.every(({ status }) => status !== 'PROCESSING')) return list
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }

  test('is refused while one is being written', async () => {
    const client = sdkClient(server.endpoint, key)
    await server.services.instances.create('dumped', 'generic')
    const calls = Array.from({ length: 4 }, () => client.dumpMeta(new m.DumpMetaRequest({ instanceName: 'dumped' })))
    const refused = (await Promise.allSettled(calls)).filter(({ status }) => status === 'rejected')
    assert.ok(refused.length > 0)
    for (const { reason } of refused as PromiseRejectedResult[])
      assert.deepEqual([reason.code, reason.statusCode], ['Console.TaskAlreadyExist', 409])
  })

  test('writes what can be imported again: the same images come out', async () => {
    const client = sdkClient(server.endpoint, key)
    const { instances, images, buckets, imports } = server.services
    const [from, to] = [await instances.create('dump-from', 'product'), await instances.create('dump-to', 'product')]
    const folder = await mkdtemp(join(tmpdir(), 'sightline-test-'))
    for (const seed of [51, 52, 53]) {
      const picture = await madePicture(seed)
      await writeFile(join(folder, `${seed}.png`), picture)
      const fields = { intAttr3: seed, strAttr2: 'ä "b"', customContent: seed === 52 ? 'line\nbreak' : '' }
      const key = { productId: `p ${seed % 2}`, picName: `${seed}.png` }
      await images.put(from.id, { ...key, picture, categoryId: 4, ...fields }, { priority: 'search' })
    }

    const { data } = (await client.dumpMeta(new m.DumpMetaRequest({ instanceName: 'dump-from' }))).body!
    assert.equal(typeof data?.id, 'string')
    const list = await wait(client, 'dump-from')
    assert.equal(list.totalCount, 1)
    const [dump] = list.dumpMetaList ?? []
    assert.deepEqual([dump?.id, dump?.status, dump?.code], [Number(data?.id), 'SUCCESS', '0'])
    const manifest = await (await fetch(dump?.metaUrl ?? '')).text()
    assert.equal(manifest.trim().split('\n').length, 3)

    await writeFile(join(folder, 'increment.meta'), manifest)
    await buckets.add('dumped', { driver: 'file', options: { folder } })
    const { id } = await imports.start(to, { bucket: 'dumped', path: '/' })
    for await (const _status of imports.watch(id, AbortSignal.timeout(20_000)));
    const content = async (instanceId: number) =>
      (await images.list(instanceId, { limit: 10, start: 0 }))
        .map(({ id: _, instanceId: __, createdMs: ___, updatedMs: ____, sourceEtag: _____, ...image }) => image)
        .toSorted((a, b) => a.picName.localeCompare(b.picName))
    assert.deepEqual(await content(to.id), await content(from.id))
  })
})

describe('Advance calls', () => {
  const instanceName = 'advance'
  const stream = async (seed: number) => Readable.from([Buffer.from(await madePicture(seed))])
  before(() => server.services.instances.create(instanceName, 'generic'))

  test('upload over TLS on the same port, and are found', async () => {
    const client = sdkClient(server.endpoint, key)
    const runtime = trusting(certificate.authorityFile)
    const picture = { productId: 'p', picName: 'n.png', picContentObject: await stream(41) }
    const added = await client.addImageAdvance(new m.AddImageAdvanceRequest({ instanceName, ...picture }), runtime)
    assert.equal(added.body?.picInfo?.categoryId, 88888888)

    const search = new m.SearchImageByPicAdvanceRequest({ instanceName, picContentObject: await stream(41) })
    const found = await client.searchImageByPicAdvance(search, runtime)
    assert.equal(found.body?.auctions?.[0]?.score, 1)

    const [primaryPicContentObject, secondaryPicContentObject] = [await stream(41), await stream(42)]
    const pair = { instanceName, primaryPicContentObject, secondaryPicContentObject }
    const compared = await client.compareSimilarByImageAdvance(new m.CompareSimilarByImageAdvanceRequest(pair), runtime)
    assert.ok((compared.body?.score ?? 1) < 0.9)
  })

  test('work over TLS from the first step', async () => {
    const client = sdkClient(server.endpoint, key, { protocol: 'https' })
    const search = new m.SearchImageByPicAdvanceRequest({ instanceName, picContentObject: await stream(41) })
    const found = await client.searchImageByPicAdvance(search, trusting(certificate.authorityFile))
    assert.equal(found.body?.auctions?.[0]?.picName, 'n.png')
  })
})

describe('documented errors', () => {
  let client: SdkClient
  const instanceName = 'errors'
  const image = { instanceName, productId: 'p', picName: 'n' }
  let stranger: SdkClient
  before(async () => {
    client = sdkClient(server.endpoint, key)
    const { access, accessAdmin, instances } = server.services
    await instances.create(instanceName, 'product')
    await instances.create('strict', 'generic', { pictureRules: 'cloud' })
    await instances.create('full', 'generic', { capacity: 1 })
    await add({ instanceName: 'full' })()
    const actor = { principal: (await access.findKey(key.accessKeyId)).principal, requestId: '', remoteAddress: '' }
    await accessAdmin.createUser(actor, { name: 'stranger' })
    const { id, secret } = await accessAdmin.createKey(actor, 'stranger', {})
    stranger = sdkClient(server.endpoint, { accessKeyId: id, accessKeySecret: secret })
  })
  const plain = (width: number, height: number) =>
    sharp({ create: { width, height, channels: 3, background: 'red' } }).png()
  /** Adds a picture, with so many bytes after its end, to an instance with the rules of the cloud. */
  const strict =
    (picture: Sharp, surplus = 0) =>
    async () => {
      const bytes = Buffer.concat([await picture.toBuffer(), Buffer.alloc(surplus)])
      return add({ instanceName: 'strict', picContent: bytes.toString('base64') })()
    }
  const silent = async () => {
    const { port } = pictures.address() as AddressInfo
    const request = new m.AddImageRequest({ ...image, picContent: `http://127.0.0.1:${port}/silent` })
    // The client itself waits for three seconds by default.
    const patient = Object.assign(trusting(certificate.authorityFile), { readTimeout: 10_000, connectTimeout: 10_000 })
    return client.addImageWithOptions(request, patient)
  }
  const add = (more: object) => async () =>
    client.addImage(new m.AddImageRequest({ ...image, picContent: await base64(1), ...more }))
  const byPic = (more: object) => async () =>
    client.searchImageByPic(new m.SearchImageByPicRequest({ instanceName, picContent: await base64(1), ...more }))
  const byName = (more: object) => () => client.searchImageByName(new m.SearchImageByNameRequest({ ...image, ...more }))
  const compare = (more: object) => () =>
    client.compareSimilarByImage(new m.CompareSimilarByImageRequest({ instanceName, ...more }))
  const byText = (text: string) => () =>
    client.searchImageByText(new m.SearchImageByTextRequest({ instanceName, text }))
  const text = (value: string) => ({ picContent: Buffer.from(value).toString('base64') })

  const cases: Record<string, [code: string, status: number, call: () => Promise<unknown>][]> = {
    'of instances': [
      ['InvalidInstance', 400, add({ instanceName: 'nowhere' })],
      ['InvalidInstanceName', 400, add({ instanceName: '' })],
      ['Console.InstanceNotFound', 400, () => client.detail(new m.DetailRequest({ instanceName: 'nowhere' }))],
    ],
    'of fields': [
      ['NoSpecifiedProductId', 400, add({ productId: undefined })],
      ['InvalidProductId', 400, add({ productId: 'x'.repeat(513) })],
      ['NoSpecifiedPicName', 400, add({ picName: undefined })],
      ['InvalidPicName', 400, add({ picName: 'x'.repeat(513) })],
      ['InvalidCategory', 400, add({ categoryId: 77 })],
      ['InvalidCustomContent', 400, add({ customContent: 'x'.repeat(4097) })],
      ['InvalidIntAttr', 400, add({ intAttr: 2 ** 31 })],
      ['InvalidIntAttr2', 400, add({ intAttr2: 1.5 })],
      ['InvalidIntAttr3', 400, add({ intAttr3: 'x' })],
      ['InvalidIntAttr4', 400, add({ intAttr4: -(2 ** 31) - 1 })],
      ['InvalidStrAttr', 400, add({ strAttr: 'x'.repeat(129) })],
      ['InvalidStrAttr2', 400, add({ strAttr2: 'x'.repeat(129) })],
      ['InvalidStrAttr4', 400, add({ strAttr4: 'x'.repeat(129) })],
      [
        'InvalidStrAttr3',
        400,
        () => client.updateImage(new m.UpdateImageRequest({ ...image, strAttr3: 'x'.repeat(129) })),
      ],
      ['InvalidRegion', 400, add({ region: '10,5,0,100' })],
      ['InvalidRegion', 400, add({ region: '0,5000,0,5000' })],
      ['BadRequest', 400, add({ crop: 'perhaps' })],
    ],
    'of pictures': [
      ['NoSpecifiedPicContent', 400, add({ picContent: undefined })],
      ['InvalidPicContent', 400, add({ picContent: 'C:\\shoe.jpg' })],
      ['UnsupportedPicFormat', 400, add(text('this is no picture'))],
      ['InvalidPicUrl', 400, add({ picContent: 'http://127.0.0.1:1/x.jpg' })],
      ['InvalidPrimaryPicContent', 400, compare({ secondaryPicContent: 'QQ==' })],
      ['InvalidSecondaryPicContent', 400, compare({ primaryPicContent: 'QQ==', secondaryPicContent: '?' })],
      ['PicNotExist', 400, byName({ picName: 'unknown' })],
      [
        'PicNotExist',
        400,
        () => client.updateImage(new m.UpdateImageRequest({ ...image, picName: 'unknown', intAttr: 1 })),
      ],
    ],
    'of pictures by the rules of the cloud': [
      ['UnsupportedPicPixels', 400, strict(plain(90, 200))],
      ['UnsupportedPicPixels', 400, strict(plain(200, 4200))],
      ['IncorrectOrientation', 400, strict(plain(200, 300).jpeg().withMetadata({ orientation: 6 }))],
      ['UnsupportedPicFormat', 400, strict(plain(200, 200).avif())],
      ['InvalidPicContent', 400, strict(plain(200, 200), 4 * 1024 * 1024)],
    ],
    'of limits and rights': [
      ['InstanceOverQuota', 400, add({ instanceName: 'full', picName: 'second' })],
      ['TimeoutForTransferImage', 400, silent],
      ['NoPermission', 403, () => stranger.addImage(new m.AddImageRequest(image))],
      ['Console.NoPermission', 403, () => stranger.detail(new m.DetailRequest({ instanceName }))],
    ],
    'of searches': [
      ['InvalidFilterClause', 400, byPic({ filter: 'int_attr >=' })],
      ['InvalidNumParameter', 400, byPic({ num: 0 })],
      ['OverflowMaxReturnNum', 400, byPic({ num: 101 })],
      ['InvalidStartParameter', 400, byPic({ start: -1 })],
      ['OverflowMaxResultNum', 400, byPic({ num: 100, start: 450 })],
      ['BadRequest', 400, byPic({ scoreThreshold: '1.5' })],
    ],
    'of words': [
      ['InvalidText', 400, byText('')],
      ['InvalidTextLength', 400, byText('x'.repeat(513))],
      ['UnsupportedInstanceType', 500, byText('red shoe')],
    ],
    'of imports': [
      [
        'Console.BadRequest',
        400,
        () => client.increaseInstance(new m.IncreaseInstanceRequest({ instanceName, path: '/x' })),
      ],
    ],
  }
  for (const [group, rows] of Object.entries(cases))
    test(`${group} reach the client with code, status, request id and what to do`, async () => {
      for (const [code, status, call] of rows)
        await assert.rejects(
          call,
          (error: { code: string; statusCode: number; requestId: string; data: Record<string, string> }) => {
            assert.deepEqual([error.code, error.statusCode], [code, status], JSON.stringify(error.data))
            assert.match(error.requestId, upperUuid)
            assert.ok(error.data.Recommend)
            return true
          },
        )
    })
})
