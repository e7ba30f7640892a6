import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { madePicture, openTestServer, type TestServer } from '../../../test/harness.ts'
import { type ClientKey, signAcs3 } from '../rpc/acs3.ts'

interface Answer {
  readonly status: number
  readonly type: string
  readonly bytes: Buffer
  // biome-ignore lint/suspicious/noExplicitAny: answers of all routes
  readonly json: any
}

let server: TestServer
let key: ClientKey
before(async () => {
  server = await openTestServer()
  key = server.firstKey!
})
after(() => server.cleanUp())

/** Calls a route, signed; `body` is JSON, or the bytes of a picture. */
async function call(method: string, path: string, body?: object | Uint8Array): Promise<Answer> {
  const url = `/v1${path}`
  const isPicture = body instanceof Uint8Array
  const bytes = body && (isPicture ? body : Buffer.from(JSON.stringify(body)))
  const type = isPicture ? 'image/png' : 'application/json'
  const { host } = new URL(server.endpoint)
  const unsigned = { host, ...(bytes && { 'content-type': type }) }
  const headers = signAcs3({ method, url, headers: unsigned, ...(bytes && { body: bytes }) }, key)
  return ask(method, url, headers, bytes)
}

async function ask(
  method: string,
  url: string,
  headers: Record<string, string> = {},
  body?: Uint8Array,
): Promise<Answer> {
  const init = { method, headers, ...(body && { body: body as Uint8Array<ArrayBuffer> }) }
  const response = await fetch(server.endpoint + url, init)
  const answer = Buffer.from(await response.arrayBuffer())
  const type = response.headers.get('content-type') ?? ''
  return {
    status: response.status,
    type,
    bytes: answer,
    json: type.includes('json') ? JSON.parse(answer.toString()) : undefined,
  }
}

const base64 = async (seed: number) => Buffer.from(await madePicture(seed)).toString('base64')

describe('/v1', () => {
  test('instances are created, listed, shown, changed, cleared and dropped', async () => {
    const made = await call('POST', '/instances', { name: 'life', serviceType: 'product', capacity: 10 })
    assert.equal(made.status, 201)
    assert.deepEqual([made.json.name, made.json.capacity, made.json.images], ['life', 10, 0])
    await call('POST', '/instances/life/images?productId=p&picName=n', await madePicture(1))
    assert.equal(
      (await call('GET', '/instances')).json.instances.find((i: { name: string }) => i.name === 'life').images,
      1,
    )
    assert.equal((await call('PATCH', '/instances/life', { capacity: 5 })).json.capacity, 5)
    const { index } = (await call('GET', '/instances/life')).json
    assert.equal(index.rows + index.pending, 1)
    await call('POST', '/instances/life/clear')
    assert.equal((await call('GET', '/instances/life')).json.images, 0)
    await call('DELETE', '/instances/life')
    const gone = await call('GET', '/instances/life')
    assert.equal(gone.json.error.code, 'InstanceNotFound')
  })

  test('images are put as JSON or as bytes, listed, shown, changed and deleted', async () => {
    await call('POST', '/instances', { name: 'pictures', serviceType: 'generic' })
    const put = await call('POST', '/instances/pictures/images', {
      ...{ productId: 'a/b', picName: 'ü 1.png', picture: await base64(1), intAttr: 7, customContent: 'text' },
      region: '10,100,20,110',
    })
    assert.equal(put.status, 201)
    assert.equal(put.json.region, '10,100,20,110')
    const query = new URLSearchParams({
      productId: 'a/b',
      picName: '2+2.png',
      strAttr: 'x y',
      intAttr: '8',
      crop: 'false',
    })
    assert.equal((await call('POST', `/instances/pictures/images?${query}`, await madePicture(2))).status, 201)

    const one = `/instances/pictures/image?${new URLSearchParams({ productId: 'a/b', picName: 'ü 1.png' })}`
    const image = (await call('GET', one)).json
    assert.deepEqual([image.intAttr, image.customContent, image.id], [7, 'text', put.json.id])
    const thumbnail = await call('GET', image.thumbnail.replace('/v1', ''))
    assert.equal(thumbnail.type, 'image/jpeg')
    assert.deepEqual([...thumbnail.bytes.subarray(0, 2)], [0xff, 0xd8])

    const listed = await call('GET', `/instances/pictures/images?${new URLSearchParams({ filter: 'int_attr > 7' })}`)
    assert.deepEqual(
      [listed.json.total, listed.json.images.map((i: { picName: string }) => i.picName)],
      [1, ['2+2.png']],
    )
    const patched = await call('PATCH', '/instances/pictures/images', { productId: 'a/b', strAttr2: 'all' })
    assert.equal(patched.json.updated, 2)
    assert.deepEqual(
      (await call('DELETE', '/instances/pictures/images?productId=a%2Fb&picName=2%2B2.png')).json.deleted,
      [{ productId: 'a/b', picName: '2+2.png' }],
    )
    const byFilter = new URLSearchParams({ filter: 'str_attr2 = "all"' })
    assert.equal((await call('DELETE', `/instances/pictures/images?${byFilter}`)).json.deleted.length, 1)
    assert.equal((await call('GET', one)).json.error.code, 'ImageNotFound')
  })

  test('search goes by picture, by stored image, or by filter', async () => {
    await call('POST', '/instances', { name: 'search', serviceType: 'generic' })
    for (const seed of [1, 2, 3])
      await call(
        'POST',
        `/instances/search/images?productId=p&picName=${seed}&intAttr=${seed}`,
        await madePicture(seed),
      )
    const names = (answer: Answer) => answer.json.results.map(({ picName }: { picName: string }) => picName)

    const byPicture = await call('POST', '/instances/search/search', { picture: await base64(2), num: 2 })
    assert.equal(names(byPicture)[0], '2')
    assert.equal(byPicture.json.results[0].score, 1)
    assert.equal(byPicture.json.found, 3)
    assert.match(byPicture.json.picture.region, /^\d+,\d+,\d+,\d+$/)
    const byBytes = await call('POST', '/instances/search/search?num=1&filter=int_attr%3C3', await madePicture(3))
    assert.equal(byBytes.json.found, 2)
    assert.equal(names(await call('POST', '/instances/search/search', { productId: 'p', picName: '3' }))[0], '3')
    assert.deepEqual(names(await call('POST', '/instances/search/search', { filter: 'int_attr in (1, 3)' })), [
      '1',
      '3',
    ])
  })

  test('what is wrong with a request is said by name, with what to do', async () => {
    const refused = async (answer: Promise<Answer>, code: string, message: RegExp) => {
      const { json } = await answer
      assert.equal(json.error.code, code)
      assert.match(json.error.message, message)
      assert.ok(json.error.hint)
      assert.equal(typeof json.error.retryable, 'boolean')
      assert.match(json.requestId, /^[0-9A-F-]{36}$/)
    }
    const instances = (body: object) => call('POST', '/instances', body)
    await refused(instances({ name: 'a' }), 'ParameterMissing', /serviceType/)
    await refused(instances({ name: 1, serviceType: 'generic' }), 'ParameterInvalid', /name to be a text, got 1/)
    await refused(
      instances({ name: 'a', serviceType: 'x' }),
      'ParameterInvalid',
      /serviceType to be one of product, generic/,
    )
    await refused(instances({ name: 'a', serviceType: 'generic', nam: 1 }), 'ParameterInvalid', /nam to be left out/)
    await refused(instances({ name: 'A!', serviceType: 'generic' }), 'InstanceNameInvalid', /A!/)
    await refused(call('GET', '/instances/pictures/images?limit=many'), 'ParameterInvalid', /limit to be an integer/)
    await refused(call('GET', '/instances/pictures/images?filter=x'), 'FilterInvalid', /character 1/)
    await refused(call('POST', '/instances/search/search', {}), 'ParameterMissing', /picture/)
    await refused(call('POST', '/instances/search/search', { picture: 7 }), 'PictureNotBase64', /base64/)
    await refused(call('GET', '/nothing'), 'RouteNotFound', /GET \/v1\/nothing/)
    await refused(ask('GET', '/v1/instances'), 'CredentialsMissing', /signed/)
    await refused(ask('GET', '/v1/instances', { authorization: 'Bearer wrong' }), 'BearerKeyInvalid', /./)
    const broken = await call('POST', '/instances', Buffer.from('{"name"'))
    assert.equal(broken.json.error.code, 'ParameterMissing')
  })

  test('no route answers without credentials but those that say so', async () => {
    const { paths } = (await ask('GET', '/v1/openapi.json')).json
    const open: string[] = []
    for (const [path, operations] of Object.entries<Record<string, { security: unknown[] }>>(paths))
      for (const [method, { security }] of Object.entries(operations)) {
        const { status } = await ask(method.toUpperCase(), path.replace(/\{\w+\}/g, '1'))
        if (security.length === 0) open.push(`${method} ${path}`)
        else assert.equal(status, 401, `${method} ${path}`)
      }
    assert.deepEqual(open.filter((route) => !route.includes('/v1/session')).sort(), [
      'get /v1/downloads/{token}',
      'get /v1/openapi.json',
    ])
  })

  test('the description names for each route its parameters, its body and the right it needs', async () => {
    const { paths, openapi } = (await ask('GET', '/v1/openapi.json')).json
    assert.equal(openapi, '3.1.0')
    const put = paths['/v1/instances/{name}/images'].post
    assert.equal(put['x-sightline-action'], 'imagesearch:AddImage')
    assert.deepEqual(
      put.parameters.map(({ name }: { name: string }) => name),
      ['name'],
    )
    assert.ok(put.requestBody.content['application/json'].schema.properties.productId)
  })

  test('who asks is told who he is', async () => {
    const { json } = await call('GET', '/whoami')
    assert.equal(json.isAdmin, true)
    assert.match(json.arn, /^acs:ram::\d{16}:user\//)
  })
})
