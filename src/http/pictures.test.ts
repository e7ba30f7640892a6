import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPictureReader, decodeBase64 } from './pictures.ts'

const bytes = Buffer.from([0xfb, 0xef, 0xbe, 0xff, 0x01])

test('base64 is read in both alphabets, padded or not, wrapped, with a data: prefix, with + turned into spaces', () => {
  const forms = [
    '++++/wE=',
    '----_wE',
    '++++\r\n/wE=\r\n',
    'data:image/jpeg;base64,++++/wE=',
    '    /wE='.replace(/^ {4}/, '+   '),
  ]
  for (const form of forms) assert.deepEqual(decodeBase64(form), bytes, form)
})

test('nothing is no picture, and text is no base64', () => {
  assert.throws(() => decodeBase64(' \n'), { code: 'PictureEmpty' })
  assert.throws(() => decodeBase64('data:image/png;base64,'), { code: 'PictureEmpty' })
  for (const text of ['C:\\shoe.jpg', '"QQ=="', '<svg/>', 'ftp://a/b.jpg', 'ü'])
    assert.throws(() => decodeBase64(text), { code: 'PictureNotBase64' }, text)
})

test('an address is fetched instead of decoded', async () => {
  const picture = createPictureReader({
    fetchPicture: async (address) => Buffer.from(address),
    uploads: { read: () => undefined },
  })
  const { signal } = new AbortController()
  assert.equal(String(await picture(' HTTPS://a.example/x.jpg ', signal)), 'HTTPS://a.example/x.jpg')
  assert.deepEqual(await picture('++++/wE=', signal), bytes)
})
