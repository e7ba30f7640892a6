import assert from 'node:assert/strict'
import { createHash, createHmac, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { longestTurnMs } from '../../../test/longest-turn.ts'
import { SLICE_BYTES } from '../slices.ts'
import { readRoaSignature } from './roa-signature.ts'
import { readRpcSignature } from './rpc-signature.ts'
import { encode, parameters, sortByKey, wireRequest } from './wire.ts'

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
const SECRET = 'secret'
const PICTURE = randomBytes(4_000_000).toString('base64')
/** The bench `bodies` holds them to 10 ms on a quiet machine. */
const MAX_TURN_MS = 25

const request = (form: string) => wireRequest('POST', '/', FORM, Buffer.from(form))

test('a form that is read in slices says what one that is read at once says', async () => {
  const long = 'x'.repeat(SLICE_BYTES)
  // Escapes of every kind, moved over the boundary between two slices.
  for (let moved = 0; moved < 12; moved++) {
    const value = `${long.slice(moved)}%e4%B8%AD+%2B%zz%4${long}`
    const values = await parameters(request(`a=${value}&b=1+2%20&c&=d&a%3D=${value}`))
    const decoded = `${long.slice(moved)}中 +%zz%4${long}`
    assert.deepEqual(
      [...values],
      [
        ['a', decoded],
        ['b', '1 2 '],
        ['c', ''],
        ['', 'd'],
        ['a=', decoded],
      ],
    )
  }
  await assert.rejects(parameters(request('&'.repeat(SLICE_BYTES * 2))), { code: 'RequestMalformed' })
})

test('a large RPC signature is that of the whole string to sign, and a wrong one shows its beginning', async () => {
  const signed = {
    ...{ AccessKeyId: 'key', SignatureNonce: 'once', Timestamp: '2026-01-02T03:04:05Z' },
    ...{ PicContent: PICTURE, CustomContent: "ü 中😀 *'()~" },
  }
  const canonical = sortByKey(Object.entries(signed)).map(([key, value]) => `${encode(key)}=${encode(value)}`)
  const text = `POST&%2F&${encode(canonical.join('&'))}`
  const Signature = createHmac('sha1', `${SECRET}&`).update(text).digest('base64')
  const values = await parameters(request(new URLSearchParams({ ...signed, Signature }).toString()))
  await readRpcSignature('POST', values).verify(SECRET)
  await assert.rejects(readRpcSignature('POST', values).verify('other'), (error: Error) =>
    error.message.includes(text.slice(0, 1900)),
  )
})

test('a picture of 4 MB in a signed form is read and checked without keeping others waiting', async () => {
  const body = Buffer.from(new URLSearchParams({ PicContent: PICTURE }).toString())
  const mark = { AccessKeyId: 'key', Signature: 'x', SignatureNonce: 'once', Timestamp: '2026-01-02T03:04:05Z' }
  const md5 = createHash('md5').update(body).digest('base64')
  const headers = { ...FORM, authorization: 'acs key:x', 'content-md5': md5, date: new Date().toUTCString() }
  const checks: Readonly<Record<string, () => Promise<unknown>>> = {
    rpc: async () => {
      const values = await parameters(wireRequest('POST', `/?${new URLSearchParams(mark)}`, FORM, body))
      await readRpcSignature('POST', values).verify(SECRET)
    },
    roa: () => readRoaSignature(wireRequest('POST', '/', headers, body)).verify(SECRET),
  }
  for (const [name, check] of Object.entries(checks)) {
    const turns: number[] = []
    for (let round = 0; round < 5; round++)
      turns.push(await longestTurnMs(() => assert.rejects(check(), { code: 'SignatureMismatch' })))
    assert.ok(Math.min(...turns) < MAX_TURN_MS, `${name}: ${turns}`)
  }
})
