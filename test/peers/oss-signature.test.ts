import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ossSignature } from './oss-signature.ts'

test('a signature is the one that the SDKs of Alibaba Cloud agree upon', () => {
  const request = {
    method: 'PUT',
    bucket: 'bucket',
    key: '1234+-/123/1.txt',
    query: [
      ['param1', 'value1'],
      ['+param1', 'value3'],
      ['|param1', 'value4'],
      ['+param2', ''],
      ['|param2', ''],
      ['param2', ''],
    ] as const,
    headers: {
      'x-oss-head1': 'value',
      abc: 'value',
      zabc: 'value',
      xyz: 'value',
      'content-type': 'text/plain',
      'x-oss-content-sha256': 'UNSIGNED-PAYLOAD',
      'x-oss-date': '20231216T162057Z',
    },
  }
  assert.equal(
    ossSignature(request, { secret: 'sk', day: '20231216', region: 'cn-hangzhou', additionalHeaders: [] }),
    'e21d18daa82167720f9b1047ae7e7f1ce7cb77a31e8203a7d5f4624fa0284afe',
  )
})
