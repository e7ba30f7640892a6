import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CLOCK_SKEW_MS, createNonces } from './nonces.ts'

const start = Date.UTC(2026, 0, 1)
const use = (nonce: string, signedMs = start, signature = `signature of ${nonce}`) => ({
  accessKeyId: 'key',
  nonce,
  signature,
  signedMs,
})

test('a nonce is used up by the answer, and only for its own key', () => {
  const nonces = createNonces({ now: () => start })
  nonces.take(use('a'))(true)
  assert.throws(() => nonces.take(use('a')), { code: 'NonceUsed' })
  nonces.take({ ...use('a'), accessKeyId: 'other' })
})

test('the same request is accepted again while the first is in flight, or after its connection broke', () => {
  const nonces = createNonces({ now: () => start })
  const first = nonces.take(use('a'))
  const second = nonces.take(use('a'))
  assert.throws(() => nonces.take(use('a', start, 'of another request')), { code: 'NonceUsed' })
  first(false)
  const third = nonces.take(use('a'))
  second(false)
  third(false)
  nonces.take(use('a', start, 'of another request'))(true)
  assert.throws(() => nonces.take(use('a')), { code: 'NonceUsed' })
})

test('an answer uses the nonce up although a repeat of it breaks later', () => {
  const nonces = createNonces({ now: () => start })
  const [first, second] = [nonces.take(use('a')), nonces.take(use('a'))]
  first(true)
  second(false)
  assert.throws(() => nonces.take(use('a')), { code: 'NonceUsed' })
})

test('requests signed more than 15 minutes ago or ahead are refused, and nonces are forgotten only then', () => {
  let now = start
  const nonces = createNonces({ now: () => now })
  assert.throws(() => nonces.take(use('a', start - CLOCK_SKEW_MS - 1)), { code: 'TimestampExpired' })
  assert.throws(() => nonces.take(use('a', start + CLOCK_SKEW_MS + 1)), { code: 'TimestampExpired' })
  nonces.take(use('ahead', start + CLOCK_SKEW_MS))(true)
  for (now = start; now <= start + 2 * CLOCK_SKEW_MS; now += 60_000) {
    nonces.take(use(`at ${now}`, now))(true)
    assert.throws(() => nonces.take(use('ahead', start + CLOCK_SKEW_MS)), { code: 'NonceUsed' })
  }
  assert.throws(() => nonces.take(use('ahead', start + CLOCK_SKEW_MS)), { code: 'TimestampExpired' })
})

test('a full memory makes the window shorter instead of accepting a replay', () => {
  const nonces = createNonces({ now: () => start, capacity: 10 })
  for (let i = 0; i < 10; i++) nonces.take(use(`old ${i}`, start - 120_000))(true)
  nonces.take(use('new'))(true)
  assert.throws(() => nonces.take(use('old 3', start - 120_000)), { code: 'TimestampExpired' })
  assert.throws(() => nonces.take(use('new')), { code: 'NonceUsed' })
  nonces.take(use('newer'))(true)
})
