import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { insertUser } from '../store/access.ts'
import { openStore, type Store } from '../store/index.ts'
import { createSessions, type Sessions } from './sessions.ts'

const HOUR_MS = 60 * 60_000
const ORIGIN = { remoteAddress: '192.0.2.1', userAgent: 'test' }

describe('sessions of the console', () => {
  let folder: string
  let store: Store
  let sessions: Sessions
  let now = Date.UTC(2030, 0, 1)
  const noted: string[] = []

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sightline-sessions-'))
    store = await openStore(join(folder, 'sightline.db'))
    for (const name of ['ann', 'ben', 'cas']) {
      await store.write((trx) =>
        insertUser(trx, {
          name,
          display_name: '',
          is_admin: name === 'ann' ? 1 : 0,
          password_hash: '',
          created_at: now,
        }),
      )
    }
    sessions = createSessions({
      store,
      accountId: '1234567890123456',
      clock: () => now,
      noteFailure: (userName, { remoteAddress }, code) => noted.push(`${code} ${userName} ${remoteAddress}`),
    })
  })

  after(async () => {
    await store.close()
    await rm(folder, { recursive: true })
  })

  test('a link signs its user in once', async () => {
    const link = await sessions.newLink('ann')
    const opened = await sessions.openByLink(link, ORIGIN)
    assert.equal(opened.principal.arn, 'acs:ram::1234567890123456:user/ann')
    assert.equal(opened.principal.isAdmin, true)
    assert.equal((await sessions.find(opened.token))?.principal.name, 'ann')
    await assert.rejects(sessions.openByLink(link, ORIGIN), { code: 'SignInLinkInvalid' })
  })

  test('a link is void after a day', async () => {
    const link = await sessions.newLink('ann')
    now += 25 * HOUR_MS
    await assert.rejects(sessions.openByLink(link, ORIGIN), { code: 'SignInLinkInvalid' })
  })

  test('a password signs in, a wrong one and a user without one do not', async () => {
    await sessions.setPassword('ben', 'plum tree in may')
    assert.equal((await sessions.openByPassword('ben', 'plum tree in may', ORIGIN)).principal.isAdmin, false)
    await assert.rejects(sessions.openByPassword('ben', 'plum tree', ORIGIN), { code: 'SignInFailed' })
    await assert.rejects(sessions.openByPassword('ann', '', ORIGIN), { code: 'SignInFailed' })
    await assert.rejects(sessions.openByPassword('nobody', 'plum tree in may', ORIGIN), { code: 'SignInFailed' })
    await assert.rejects(sessions.setPassword('ben', 'short'), { code: 'PasswordInvalid' })
  })

  test('guessing is slowed: after five failures the right password has to wait as well', async () => {
    const origin = { ...ORIGIN, remoteAddress: '192.0.2.2' }
    await sessions.setPassword('cas', 'a river of stones')
    for (let i = 0; i < 5; i++) {
      await assert.rejects(sessions.openByPassword('cas', `guess ${i}`, origin), { code: 'SignInFailed' })
    }
    const failures = noted.filter((line) => line.endsWith(origin.remoteAddress))
    assert.deepEqual(failures, Array(5).fill('SignInFailed cas 192.0.2.2'))
    await assert.rejects(sessions.openByPassword('cas', 'a river of stones', origin), { code: 'SignInThrottled' })
    await assert.rejects(sessions.openByPassword('ben', 'plum tree in may', origin), { code: 'SignInThrottled' })
    now += 11_000
    assert.equal((await sessions.openByPassword('cas', 'a river of stones', origin)).principal.name, 'cas')
  })

  test('many guesses at once are not all heard', async () => {
    const origin = { ...ORIGIN, remoteAddress: '192.0.2.3' }
    const guesses = await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) => sessions.openByPassword('ann', `guess ${i}`, origin)),
    )
    const heard = guesses.filter((g) => g.status === 'rejected' && g.reason.code === 'SignInFailed')
    assert.ok(heard.length <= 5, `${heard.length} guesses were heard`)
    now += HOUR_MS
  })

  test('signing out ends one session, signing out everywhere all of the user', async () => {
    const open = async (name: string) => await sessions.openByLink(await sessions.newLink(name), ORIGIN)
    const [one, two, three, other] = [await open('ann'), await open('ann'), await open('ann'), await open('ben')]
    await sessions.close(one.token)
    assert.equal(await sessions.find(one.token), undefined)
    assert.ok(await sessions.find(two.token))
    await sessions.closeAll('ann')
    assert.equal(await sessions.find(two.token), undefined)
    assert.equal(await sessions.find(three.token), undefined)
    assert.ok(await sessions.find(other.token))
  })

  test('a session ends after a week without use, and after a month in any case', async () => {
    const opened = await sessions.openByLink(await sessions.newLink('ann'), ORIGIN)
    for (let day = 0; day < 30; day += 6) {
      assert.ok(await sessions.find(opened.token), `day ${day}`)
      now += 6 * 24 * HOUR_MS
    }
    now += HOUR_MS
    assert.equal(await sessions.find(opened.token), undefined)
    const idle = await sessions.openByLink(await sessions.newLink('ann'), ORIGIN)
    now += 8 * 24 * HOUR_MS
    assert.equal(await sessions.find(idle.token), undefined)
  })

  test('the token against forged requests fits its session alone', async () => {
    const mine = await sessions.openByLink(await sessions.newLink('ann'), ORIGIN)
    const other = await sessions.openByLink(await sessions.newLink('ann'), ORIGIN)
    assert.doesNotThrow(() => sessions.checkCsrf(mine.token, mine.csrfToken))
    assert.throws(() => sessions.checkCsrf(mine.token, other.csrfToken), { code: 'CsrfTokenInvalid' })
    assert.throws(() => sessions.checkCsrf(mine.token, ''), { code: 'CsrfTokenInvalid' })
  })
})
