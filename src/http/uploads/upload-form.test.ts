import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { captures } from '../../../test/sdk/captures.ts'
import { parseUploadForm } from './upload-form.ts'

const forms = captures().filter(({ request }) => request.headers['content-type']?.startsWith('multipart/'))

for (const { title, request } of forms) {
  test(`${title}: fields and file of the captured form are read`, async () => {
    const { fields, file } = await parseUploadForm(request.headers['content-type']!, request.body)
    assert.match(file.toString(), /^FAKE-IMAGE-BYTES(…)?$/)
    assert.equal(fields.get('OSSAccessKeyId'), 'FAKEOSSKEYID')
    const isShortened = request.body.includes('… Signature, key, policy …')
    if (!isShortened) assert.equal(fields.get('key'), '1/2026-01-01/invi_fake_0123456789.jpg')
  })
}

const BOUNDARY = 'boundary5abea3344292'
const CONTENT_TYPE = `multipart/form-data; boundary=${BOUNDARY}`
const field = (name: string, value: string) =>
  `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
const FILE = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\nContent-Type: \r\n\r\n`

test('a file of any bytes arrives whole from the SDK that forgets the line break after it', async () => {
  for (const picture of [randomBytes(300_000), Buffer.from(`a --${BOUNDARY} inside`)]) {
    const status = field('success_action_status', '201\r\n')
    const body = Buffer.concat([Buffer.from(FILE), picture, Buffer.from(`${status}--${BOUNDARY}--`)])
    const { file } = await parseUploadForm(CONTENT_TYPE, body)
    assert.deepEqual(file, picture)
  }
})

test('a well-formed form with the file in the middle is not cut', async () => {
  const picture = randomBytes(1000)
  const parts = [field('key', 'k'), FILE, picture, '\r\n', field('success_action_status', '200'), `--${BOUNDARY}--\r\n`]
  const { fields, file } = await parseUploadForm(CONTENT_TYPE, Buffer.concat(parts.map((part) => Buffer.from(part))))
  assert.deepEqual(file, picture)
  assert.equal(fields.get('success_action_status'), '200')
})

test('a form that is none is an error', async () => {
  await assert.rejects(parseUploadForm('multipart/form-data', Buffer.from('x')), { code: 'UploadMalformed' })
})
