import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDownloadLinks } from './download-links.ts'

const tokenOf = (path: string) => path.replace('/v1/downloads/', '')

test('a link works for two hours, for what it was made for, at the server that made it', () => {
  let now = Date.UTC(2026, 0, 1)
  const links = createDownloadLinks({ now: () => now })
  const token = tokenOf(links.path({ kind: 'import-report', id: 7 }))
  now += 2 * 60 * 60_000
  assert.deepEqual(links.open(token), { kind: 'import-report', id: 7 })
  assert.throws(() => createDownloadLinks({ now: () => now }).open(token), { code: 'LinkInvalid' })

  const [claim, signature] = token.split('.')
  const other = Buffer.from(Buffer.from(claim!, 'base64url').toString().replace('7', '8')).toString('base64url')
  for (const bad of [`${other}.${signature}`, claim!, `${claim}.`, '', 'a.b.c'])
    assert.throws(() => links.open(bad), { code: 'LinkInvalid' }, bad)

  now += 1
  assert.throws(() => links.open(token), { code: 'LinkExpired' })
})
