import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { isPublicAddress } from '../ops/public-address.ts'
import { createPictureFetcher } from './picture-url.ts'

const never = new AbortController().signal
const PICTURE = Buffer.from('bytes of a picture')

test('addresses of this machine, its networks and of nobody are not public, in any spelling', () => {
  const notPublic = [
    ...['0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '127.255.255.255', '169.254.169.254', '172.16.0.1'],
    ...['172.31.255.255', '192.168.1.1', '198.18.0.1', '224.0.0.1', '255.255.255.255', '192.0.2.1'],
    ...['::', '::1', '::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:8.8.8.8', 'fc00::1', 'fd12::1', 'fe80::1', 'ff02::1'],
    ...['64:ff9b::7f00:1', '2002:7f00:1::', '2001:db8::1', 'fec0::1'],
  ]
  assert.deepEqual(notPublic.filter(isPublicAddress), [])
  const isPublic = [
    '8.8.8.8',
    '100.63.255.255',
    '100.128.0.0',
    '172.15.0.1',
    '172.32.0.1',
    '2606:4700::1111',
    '2a00::1',
  ]
  assert.deepEqual(isPublic.filter(isPublicAddress), isPublic)
})

describe('a picture by address', () => {
  const routes: Record<string, RequestListener> = {
    '/picture': (_request, response) => response.end(PICTURE),
    '/once': (_request, response) => response.writeHead(302, { location: '/picture' }).end(),
    '/loop': (_request, response) => response.writeHead(302, { location: '/loop' }).end(),
    '/to-file': (_request, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
    '/missing': (_request, response) => response.writeHead(404).end(),
    '/gzip': (_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(PICTURE),
    '/claims-large': (_request, response) => response.writeHead(200, { 'content-length': 5000 }).write('x'),
    '/is-large': (_request, response) => {
      for (let i = 0; i < 5000; i++) response.write('x')
      response.end()
    },
    '/stalls': (_request, response) => response.write('x'),
    '/silent': () => {},
    '/cut': (_request, response) => {
      response.writeHead(200, { 'content-length': 50 }).write('x')
      setTimeout(() => response.destroy(), 20)
    },
  }
  const server = createServer((request, response) => routes[request.url ?? '']?.(request, response))
  let origin = ''
  before(async () => {
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  after(() => server.close().closeAllConnections())

  const open = createPictureFetcher({ isAllowed: () => true, maxBytes: 1000, timeoutMs: 500 })
  const guarded = (addresses: string[]) =>
    createPictureFetcher({
      maxBytes: 1000,
      timeoutMs: 500,
      resolve: async () => addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    })
  const code = (expected: string) => ({ code: expected })

  test('is fetched, over at most three redirects', async () => {
    assert.deepEqual(await open(`${origin}/picture`, never), PICTURE)
    assert.deepEqual(await open(`${origin}/once`, never), PICTURE)
    await assert.rejects(open(`${origin}/loop`, never), /more than 3 redirects/)
  })

  test('is refused when any address of its host is private, before a connection is made', async () => {
    const address = 'http://pictures.example/a.jpg'
    await assert.rejects(guarded(['127.0.0.1'])(address, never), code('PictureAddressPrivate'))
    await assert.rejects(guarded(['93.184.216.34', '10.0.0.1'])(address, never), code('PictureAddressPrivate'))
    await assert.rejects(guarded([])(`${origin}/picture`, never), code('PictureAddressPrivate'))
    for (const host of ['[::1]', '[::ffff:127.0.0.1]', '2130706433', '0x7f.1', '127.1', '[fe80::1]'])
      await assert.rejects(guarded([])(`http://${host}/`, never), code('PictureAddressPrivate'), host)
  })

  test('is fetched from the address that was checked, whatever DNS says a moment later', async () => {
    let lookups = 0
    const { port } = new URL(origin)
    const fetchPicture = createPictureFetcher({
      isAllowed: () => true,
      maxBytes: 1000,
      resolve: async () => [{ address: lookups++ === 0 ? '127.0.0.1' : '127.9.9.9', family: 4 }],
    })
    assert.deepEqual(await fetchPicture(`http://rebinding.example:${port}/picture`, never), PICTURE)
    assert.equal(lookups, 1)
  })

  test('is checked again at every redirect', async () => {
    const { port } = new URL(origin)
    const hosts: Record<string, string> = { 'public.example': '127.0.0.1', 'private.example': '127.0.0.2' }
    routes['/to-private'] = (_request, response) =>
      response.writeHead(302, { location: `http://private.example:${port}/picture` }).end()
    const fetchPicture = createPictureFetcher({
      isAllowed: (address) => address === '127.0.0.1',
      maxBytes: 1000,
      resolve: async (host) => [{ address: hosts[host] ?? '', family: 4 }],
    })
    await assert.rejects(fetchPicture(`http://public.example:${port}/to-private`, never), code('PictureAddressPrivate'))
    await assert.rejects(fetchPicture(`http://public.example:${port}/to-file`, never), code('PictureAddressInvalid'))
  })

  test('that is too large, compressed, cut off or missing is an error with a reason', async () => {
    await assert.rejects(open(`${origin}/claims-large`, never), code('PictureTooHeavy'))
    await assert.rejects(open(`${origin}/is-large`, never), code('PictureTooHeavy'))
    await assert.rejects(open(`${origin}/gzip`, never), /compressed \(gzip\)/)
    await assert.rejects(open(`${origin}/cut`, never), code('PictureFetchFailed'))
    await assert.rejects(open(`${origin}/missing`, never), /status 404/)
    await assert.rejects(open('http://127.0.0.1:1/', never), code('PictureFetchFailed'))
    await assert.rejects(open('http://user:password@127.0.0.1/', never), code('PictureAddressInvalid'))
  })

  test('may take its time only once, whether host, answer or body stalls', async () => {
    await assert.rejects(open(`${origin}/stalls`, never), code('PictureFetchTimeout'))
    await assert.rejects(open(`${origin}/silent`, never), code('PictureFetchTimeout'))
    const stuck = createPictureFetcher({
      maxBytes: 1000,
      timeoutMs: 50,
      resolve: () => new Promise(() => {}),
    })
    await assert.rejects(stuck('http://pictures.example/', never), code('PictureFetchTimeout'))
  })

  test('is left alone when the caller hangs up', async () => {
    await assert.rejects(open(`${origin}/stalls`, AbortSignal.timeout(20)), { name: 'TimeoutError' })
  })
})
