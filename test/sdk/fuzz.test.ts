import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { ERRORS } from '../../src/errors.ts'
import { ACTIONS } from '../../src/http/rpc/actions/index.ts'
import { openTestServer, type TestServer } from '../harness.ts'
import { send, signedAction } from './clients.ts'

const RUNS = 400

/** Codes that stand for a mistake of the server's own. */
const OWN_FAULTS = ['InternalError', 'Console.InternalError']
const OFFICIAL = new Set<string>(Object.values(ERRORS).map(({ official }) => official))

describe('requests made at random', () => {
  let server: TestServer
  before(async () => {
    server = await openTestServer()
    await server.services.instances.create('shop', 'product')
  })
  after(() => server.cleanUp())

  const unkind = fc.oneof(
    fc.string({ maxLength: 50 }),
    fc.string({ unit: 'binary', maxLength: 50 }),
    fc.constantFrom(
      '',
      '0',
      '-1',
      'NaN',
      '1e9',
      'true',
      'null',
      '__proto__',
      '%',
      '%zz',
      '+',
      "' OR 1=1 --",
      '../..',
      '\0',
      'shop',
    ),
    fc.integer().map(String),
  )
  const check = ({ status, json, text, headers }: Awaited<ReturnType<typeof send>>) => {
    if (status === 200) return
    assert.ok((status >= 300 && status < 500) || text.includes('UnsupportedInstanceType'), `${status} ${text}`)
    if (!/^application\/json/.test(headers['content-type'] ?? '')) return assert.match(text, /^<\?xml|^$/)
    const code = String(json?.Code ?? (json?.error as { code?: string })?.code)
    assert.ok(!OWN_FAULTS.includes(code), text)
    assert.ok(OFFICIAL.has(code) || code in ERRORS || code.startsWith('Console.'), text)
  }

  test('with good signatures and any parameters get a documented answer', async () => {
    const names = [...new Set(ACTIONS.flatMap(({ parameters }) => Object.keys(parameters)))]
    const form = fc.dictionary(fc.constantFrom(...names), unkind, { maxKeys: 8 })
    const action = fc.constantFrom(...ACTIONS)
    await fc.assert(
      fc.asyncProperty(action, form, fc.boolean(), async ({ name, versions }, values, isOnShop) => {
        const all = isOnShop ? { ...values, InstanceName: 'shop' } : values
        const version = versions[0]!
        check(await send(server.endpoint, signedAction(server.endpoint, server.firstKey!, name, all, { version })))
      }),
      { numRuns: RUNS },
    )
  })

  test('with any method, path, headers and body get a documented answer', async () => {
    const header = fc.stringMatching(/^[\x20-\x7e]{0,60}$/)
    const names = [
      'authorization',
      'content-type',
      'x-acs-action',
      'x-acs-version',
      'x-acs-date',
      'x-acs-security-token',
      'content-md5',
      'cookie',
      'x-acs-bearer-token',
      'host',
      'accept',
    ]
    const known = fc.constantFrom(
      'ACS3-HMAC-SHA256 Credential=a,SignedHeaders=host,Signature=b',
      ...[
        'acs a:b',
        'Bearer x',
        'multipart/form-data; boundary=x',
        'multipart/form-data',
        'application/x-www-form-urlencoded',
      ],
      ...['application/json', 'image/png', 'AddImage', '2020-12-14', '2018-01-20', new Date().toISOString()],
    )
    const headers = fc.dictionary(fc.constantFrom(...names), fc.oneof(header, known), { maxKeys: 6 })
    const path = fc.constantFrom(
      '/',
      '/v2/image/add',
      '/v2/image/search',
      '/item/add?instanceName=shop',
      '/v1/instances',
      '/v1/instances/shop/search',
      '/v1/session',
      '/%',
      '/v1/%zz',
      '/../x',
    )
    const query = fc.oneof(
      fc.constant(''),
      fc.stringMatching(/^[!-"$-~]{0,80}$/).map((text) => `?${text}`),
    )
    const method = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD')
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.json().map((text) => Buffer.from(text)),
    )
    await fc.assert(
      fc.asyncProperty(method, path, query, headers, body, async (verb, route, more, sent, bytes) => {
        const url = route.includes('?') ? route : route + more
        const framed = { ...sent, 'content-length': String(bytes.length) }
        const answer = await send(server.endpoint, { method: verb, url, headers: framed, body: bytes })
        if (verb !== 'HEAD') check(answer)
      }),
      { numRuns: RUNS },
    )
    assert.equal((await fetch(`${server.endpoint}/readyz`)).status, 200)
  })
})
