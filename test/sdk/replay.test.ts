import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createServer, type HttpServer } from '../../src/http/server.ts'
import { openTestServer, type TestServer } from '../harness.ts'
import { CAPTURE_KEY, type Capture, captures } from './captures.ts'
import { send } from './clients.ts'

/** What captures come to once their signature is accepted: their pictures are none, their images and buckets not here. */
const OUTCOMES: readonly (readonly [code: string, ...captures: number[]])[] = [
  ['UnsupportedPicFormat', 2, 6, 12, 23, 30, 37, 38, 40, 41, 44, 48, 51],
  ['InvalidPicUrl', 1, 5, 7, 13, 26, 29, 33, 36],
  ['PicNotExist', 8, 14, 31, 43, 45, 49],
  ['Console.BadRequest', 18, 52],
  ['UnsupportedInstanceType', 9],
]

describe('captured requests, replayed byte by byte at their time', () => {
  let app: TestServer
  let server: HttpServer
  let endpoint = ''
  const clock = { now: 0 }

  before(async () => {
    app = await openTestServer()
    for (const name of ['demoinstance1', 'demo', 'test']) await app.services.instances.create(name, 'product')
    // The captures are signed with a key that no server hands out.
    const { principal } = await app.services.access.findKey(app.firstKey!.accessKeyId)
    const findKey = async () => ({ secret: CAPTURE_KEY.accessKeySecret, principal })
    const access = { ...app.services.access, findKey }
    server = createServer({ ...app.services, access }, { now: () => clock.now })
    const { host, port } = await server.listen({ host: '127.0.0.1', port: 0 })
    endpoint = `http://${host}:${port}`
  })
  after(async () => {
    await server.close(0)
    await app.cleanUp()
  })

  for (const capture of captures()) {
    if (!capture.verifies) continue
    test(capture.title, async () => {
      clock.now = signedAt(capture)
      const { method, body } = capture.request
      // One was shortened by hand where it is not signed.
      const headers = capture.rawHeaders.flat().map((text) => text.replace('…', '...'))
      const answer = await send(endpoint, { method, url: capture.url, headers, body })
      const outcome = answer.status === 200 ? 'ok' : String(answer.json?.Code)
      const number = Number(capture.title.slice(0, 3))
      const [expected] = OUTCOMES.find(([, ...numbers]) => numbers.includes(number)) ?? ['ok']
      assert.equal(outcome, expected, answer.text)
      assert.match(answer.headers['content-type'] ?? '', /^application\/json/)
      const again = await send(endpoint, { method, url: capture.url, headers, body })
      const hasNonce = /nonce/i.test(capture.url + capture.request.body + headers.join())
      if (hasNonce) assert.equal(again.json?.Code, 'SignatureNonceUsed')
    })
  }
})

function signedAt({ request, url }: Capture): number {
  const { headers, body } = request
  const parameter = /Timestamp=([^&]+)/.exec(`${url}&${body}`)?.[1]
  return Date.parse(String(headers['x-acs-date'] ?? headers.date ?? decodeURIComponent(parameter ?? '')))
}
