import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { ERRORS } from '../../src/errors.ts'
import { ACTIONS } from '../../src/http/rpc/actions/index.ts'
import { openTestServer, type TestServer } from '../harness.ts'
import { send, signedAction } from './clients.ts'

const RUNS = 400
/** 450 requests of 100 KB and more: what was kept of each would show. */
const MAX_GROWTH_MB = 10

/** Codes that stand for a mistake of the server's own. */
const OWN_FAULTS = ['InternalError', 'Console.InternalError']
const OFFICIAL = new Set<string>(Object.values(ERRORS).map(({ official }) => official))

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

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

  test('with forms of uploads, whole and broken, get a documented answer', async () => {
    const name = fc.constantFrom(
      'key',
      'policy',
      'Signature',
      'success_action_status',
      'OSSAccessKeyId',
      '',
      '__proto__',
    )
    const disposition = fc.constantFrom('', '; filename="a.jpg"', '; filename=', '; name="twice"')
    const part = fc.tuple(name, disposition, fc.oneof(unkind, fc.string({ maxLength: 3000 })))
    const flaw = fc.constantFrom('', '\r\n', '--x', '\0', 'Content-Type: a/b')
    const end = fc.constantFrom('--x--\r\n', '--x--', '--x', '')
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 30 }), flaw, end, async (parts, broken, last) => {
        const fields = parts.map(
          ([field, more, value]) => `--x\r\nContent-Disposition: form-data; name="${field}"${more}\r\n\r\n${value}\r\n`,
        )
        const body = Buffer.from(fields.join(broken) + last)
        const headers = { 'content-type': 'multipart/form-data; boundary=x' }
        const answer = await send(server.endpoint, { method: 'POST', url: '/', headers, body })
        assert.ok(answer.status >= 400 && answer.status < 500, `${answer.status} ${answer.text}`)
        assert.match(answer.text, /^<\?xml[\s\S]*<Code>\w+<\/Code>[\s\S]*<RequestId>[0-9A-F-]{36}/)
      }),
      { numRuns: RUNS },
    )
  })

  test('leave nothing behind in memory', async () => {
    const bodies = [
      Buffer.from('x'.repeat(100_000)),
      Buffer.from(`a=${'%zz'.repeat(50_000)}`),
      Buffer.from('{'.repeat(5000)),
    ]
    const types = [
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/json',
      'image/png',
    ]
    const storm = async (requests: number) => {
      for (let i = 0; i < requests; i++) {
        const headers = { 'content-type': types[i % types.length], 'x-acs-signature-nonce': String(i) }
        const url = i % 3 === 0 ? '/v1/instances/shop/search' : `/?AccessKeyId=${i}&Signature=${i}`
        await send(server.endpoint, { method: 'POST', url, headers, body: bodies[i % bodies.length]! })
      }
      collectGarbage()
      const { heapUsed, external } = process.memoryUsage()
      return (heapUsed + external) / 2 ** 20
    }
    const before = await storm(150)
    const after = await storm(450)
    assert.ok(after - before < MAX_GROWTH_MB, `${before} MB, then ${after} MB`)
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
