import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { CAPTURE_KEY, captures } from '../../../test/sdk/captures.ts'
import { SightlineError } from '../../errors.ts'
import { isAcs3, readAcs3, signAcs3 } from './acs3.ts'
import type { Claim } from './claim.ts'
import { isRoaSigned, readRoaSignature } from './roa-signature.ts'
import { isRpcSigned, readRpcSignature } from './rpc-signature.ts'
import { parameters, type WireRequest, wireRequest } from './wire.ts'

const SECRET = CAPTURE_KEY.accessKeySecret

async function claimOf(request: WireRequest): Promise<Claim> {
  if (isAcs3(request)) return readAcs3(request)
  if (isRoaSigned(request)) return readRoaSignature(request)
  const values = await parameters(request)
  assert.ok(isRpcSigned(values))
  return readRpcSignature(request.method, values)
}

const mismatch = (error: unknown) => error instanceof SightlineError && error.official === 'SignatureDoesNotMatch'

describe('captured requests of real SDKs', () => {
  for (const { title, request, signed, verifies } of captures()) {
    if (!signed || request.headers['x-acs-bearer-token']) continue
    test(`${title} ${verifies ? 'verifies' : 'does not verify, as its body is shortened'}`, async () => {
      const claim = await claimOf(request)
      assert.equal(claim.accessKeyId, CAPTURE_KEY.accessKeyId)
      assert.equal(new Date(claim.signedMs).getUTCFullYear(), 2026)
      if (!verifies) return assert.rejects(claim.verify(SECRET), mismatch)
      await claim.verify(SECRET)
      await assert.rejects(claim.verify('ANOTHER_SECRET'), mismatch)
    })
  }

  test('one changed byte of path, query, signed header or body breaks each signature', async () => {
    for (const { request, verifies, title } of captures().filter((c) => c.verifies)) {
      assert.ok(verifies)
      const isRpc = !request.headers.authorization
      const changes: Partial<WireRequest>[] = [
        { query: `${request.query}${request.query && '&'}Added=1` },
        ...(isRpc ? [] : [{ path: `${request.path}x` }]),
        ...(request.headers['x-acs-content-sha256'] || request.headers['content-md5']
          ? [{ body: Buffer.concat([request.body, Buffer.from('&Added=1')]) }]
          : []),
        ...(isRpc || !request.headers['x-acs-version']
          ? []
          : [{ headers: { ...request.headers, 'x-acs-version': '2020-12-15' } }]),
      ]
      for (const change of changes)
        await assert.rejects(
          async () => (await claimOf({ ...request, ...change })).verify(SECRET),
          mismatch,
          `${title} ${Object.keys(change)}`,
        )
    }
  })
})

test('the worked vector of ACS3 shows the string to sign of the reference when the secret is wrong', async () => {
  const { request } = captures().find((c) => c.request.headers['x-acs-action'] === 'IncreaseInstance')!
  await assert.rejects(
    async () => (await claimOf(request)).verify('WRONG'),
    (error: Error) =>
      error.message.includes(
        'server string to sign is:ACS3-HMAC-SHA256\n3c912bd1285d1c6d67160819c906d8a33313b7f8a476fa68663074bf6c210ecb\nPOST\n/\nBucketName=bucket-1',
      ),
  )
})

test('a header that decides what the request does must be signed', () => {
  const { request } = captures().find((c) => c.request.headers['x-acs-action'] === 'Detail')!
  const headers = { ...request.headers, 'x-acs-security-token': 'added on the way' }
  assert.throws(() => readAcs3({ ...request, headers }), /x-acs-security-token in SignedHeaders/)
})

test('what our own clients sign verifies, with a query, a body, and temporary credentials', async () => {
  const key = { ...CAPTURE_KEY, accessKeyId: 'key' }
  const body = Buffer.from('{"a":"ü"}')
  const url = "/v1/instances/shop/images?productId=a%20b'(1)*!~&pic=%E4%B8%AD"
  const headers = signAcs3(
    { method: 'POST', url, headers: { host: 'localhost:8750', 'content-type': 'application/json' }, body },
    key,
    new Date('2026-01-02T03:04:05.678Z'),
  )
  const claim = readAcs3(wireRequest('POST', url, headers, body))
  await claim.verify(key.accessKeySecret)
  assert.equal(claim.securityToken, key.securityToken)
  assert.equal(claim.signedMs, Date.UTC(2026, 0, 2, 3, 4, 5))
})

test('incomplete signatures say what is missing', async () => {
  const get = (headers: Record<string, string>, url = '/') => wireRequest('GET', url, headers, Buffer.alloc(0))
  const values = await parameters(get({}, '/?AccessKeyId=a&Signature=b&Timestamp=2026-01-01T00:00:00Z'))
  assert.throws(() => readAcs3(get({ authorization: 'ACS3-HMAC-SHA256 Credential=x' })), /Authorization is missing/)
  assert.throws(() => readRoaSignature(get({ authorization: 'acs x:y' })), /Date is missing/)
  assert.throws(() => readRpcSignature('GET', values), /SignatureNonce is missing/)
})
