/**
 * Sign-in as the browser's requests see it: cookie, token, and what a key may not do.
 */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Installation, install } from './browser.ts'

const ACTOR = {
  principal: { kind: 'user', name: 'admin', arn: 'acs:ram::1:user/admin', isAdmin: true, accessKeyId: '' },
  requestId: 'test',
  remoteAddress: '127.0.0.1',
} as const

interface Answer {
  readonly status: number
  readonly cookie: string
  readonly json: { csrfToken?: string; isSignedIn?: boolean; error?: { code: string }; actions?: string[] }
}

describe('signing in by request', () => {
  let at: Installation
  before(async () => {
    at = await install()
  })
  after(() => at.stop())

  async function send(method: string, path: string, headers: Record<string, string>, body?: object): Promise<Answer> {
    const response = await fetch(`${at.endpoint}/v1${path}`, {
      method,
      headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    })
    const json = (await response.json()) as Answer['json']
    return { status: response.status, cookie: response.headers.get('set-cookie') ?? '', json }
  }

  async function signIn(userName = 'admin'): Promise<{ cookie: string; 'x-csrf-token': string }> {
    const link = await at.server.app.services.sessions.newLink(userName)
    const { cookie, json } = await send('POST', '/session', {}, { link })
    return { cookie: cookie.split(';')[0] ?? '', 'x-csrf-token': json.csrfToken ?? '' }
  }

  test('the cookie is out of reach for scripts and other sites', async () => {
    const link = await at.server.app.services.sessions.newLink('admin')
    const { cookie } = await send('POST', '/session', {}, { link })
    assert.match(cookie, /^sightline_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/)
  })

  test('what changes something needs the token of the session beside the cookie', async () => {
    const { cookie, ...token } = await signIn()
    const instance = { name: 'made', serviceType: 'generic' }
    const refused = await send('POST', '/instances', { cookie }, instance)
    assert.deepEqual([refused.status, refused.json.error?.code], [403, 'CsrfTokenInvalid'])
    assert.equal((await send('POST', '/instances', { cookie, ...token }, instance)).status, 201)
    assert.equal((await send('GET', '/instances', { cookie })).status, 200)
  })

  test('a session that was signed out opens nothing any more', async () => {
    const session = await signIn()
    const out = await send('DELETE', '/session', session)
    assert.match(out.cookie, /^sightline_session=; .*Max-Age=0/)
    assert.equal((await send('GET', '/session', session)).json.isSignedIn, false)
    assert.equal((await send('GET', '/instances', session)).status, 401)
  })

  test('a new password signs out everywhere else and keeps the one who set it', async () => {
    const [mine, other] = [await signIn(), await signIn()]
    const set = await send('PUT', '/session/password', mine, { password: 'a river of stones' })
    assert.equal((await send('GET', '/session', { cookie: set.cookie.split(';')[0] ?? '' })).json.isSignedIn, true)
    assert.equal((await send('GET', '/session', other)).json.isSignedIn, false)
    const entered = await send('POST', '/session', {}, { userName: 'admin', password: 'a river of stones' })
    assert.equal(entered.json.isSignedIn, true)
  })

  test('a search-only key can neither set the password of its user nor sign him out', async () => {
    const session = await signIn()
    const { secret } = await at.server.app.services.accessAdmin.createKey(ACTOR, 'admin', { scope: 'search' })
    const bearer = { authorization: `Bearer ${secret}` }
    assert.equal((await send('PUT', '/session/password', bearer, { password: 'plum tree in may' })).status, 401)
    assert.equal((await send('DELETE', '/session?everywhere=true', bearer)).status, 401)
    assert.equal((await send('GET', '/session', session)).json.isSignedIn, true)
  })

  test('the rights that the console goes by are those of the policies', async () => {
    const { accessAdmin } = at.server.app.services
    await accessAdmin.createUser(ACTOR, { name: 'reader' })
    await accessAdmin.attach(ACTOR, 'AliyunImagesearchReadOnlyAccess', { kind: 'user', name: 'reader' })
    const actions = (await send('GET', '/session/rights?instance=made', await signIn('reader'))).json.actions ?? []
    assert.ok(actions.includes('imagesearch:SearchImageByPic'))
    assert.ok(!actions.includes('imagesearch:AddImage') && !actions.includes('ram:ListUsers'))
  })

  test('a browser that opens the bare address comes to the console, a program does not', async () => {
    const opened = await fetch(at.endpoint, { headers: { accept: 'text/html' }, redirect: 'manual' })
    assert.deepEqual([opened.status, opened.headers.get('location')], [302, '/console/'])
    assert.notEqual((await fetch(at.endpoint, { redirect: 'manual' })).status, 302)
  })
})
