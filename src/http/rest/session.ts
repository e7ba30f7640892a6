/**
 * Signing in to the console and out of it. Every other route takes the session's cookie like a signature: it says who
 * asks, and the user's policies say what is allowed.
 */
import { Type } from 'typebox'
import type { OpenedSession, Principal } from '../../access/index.ts'
import { problem } from '../../errors.ts'
import type { Services } from '../services.ts'
import { sessionCookie } from '../session-cookie.ts'
import { actorOf } from './actor.ts'
import { type RawAnswer, type RestRoute, raw, route } from './route.ts'

/** What the console offers depends on these. */
const CONSOLE_ACTIONS = [
  'imagesearch:CreateInstance',
  'imagesearch:UpdateInstance',
  'imagesearch:ClearInstance',
  'imagesearch:DeleteInstance',
  'imagesearch:AddImage',
  'imagesearch:UpdateImage',
  'imagesearch:DeleteImage',
  'imagesearch:SearchImageByPic',
  'imagesearch:IncreaseInstance',
  'imagesearch:IncreaseList',
  'imagesearch:ListImages',
  'imagesearch:DumpMeta',
  'imagesearch:ListBuckets',
  'oss:PutBucket',
  'imagesearch:DeleteBucket',
  'imagesearch:ExamineServer',
  'ram:ListUsers',
  'ram:CreateUser',
  'ram:CreateRole',
  'ram:CreatePolicy',
] as const

export function sessionRoutes(services: Services): RestRoute[] {
  const { sessions, access, accessAdmin } = services

  /** Who sits at the console. A key is not enough: a narrow one must neither become a sign-in nor end those of its user. */
  async function person(sessionToken: string): Promise<Principal> {
    const session = sessionToken === '' ? undefined : await sessions.find(sessionToken)
    if (!session) throw problem('CredentialsMissing', {})
    return session.principal
  }

  return [
    route({
      method: 'GET',
      path: '/session',
      action: 'public',
      summary: 'Who is signed in; the answer carries the token for the header x-csrf-token.',
      handle: async ({ sessionToken }) => {
        const session = sessionToken === '' ? undefined : await sessions.find(sessionToken)
        if (!session) return { isSignedIn: false }
        const { name, arn, isAdmin } = session.principal
        return {
          isSignedIn: true,
          user: { name, arn, isAdmin },
          csrfToken: session.csrfToken,
          accountId: access.accountId,
          version: services.version,
        }
      },
    }),
    route({
      method: 'POST',
      path: '/session',
      action: 'public',
      summary: 'Signs in by a one-time link, or by name and password, and sets the cookie.',
      body: Type.Object({
        link: Type.Optional(Type.String({ maxLength: 200 })),
        userName: Type.Optional(Type.String({ maxLength: 200 })),
        password: Type.Optional(Type.String({ maxLength: 1000 })),
      }),
      handle: async ({ body, origin: { isTls, ...from }, requestId }) => {
        const origin = { ...from, requestId }
        const opened =
          body.link === undefined
            ? await sessions.openByPassword(body.userName ?? '', body.password ?? '', origin)
            : await sessions.openByLink(body.link, origin)
        return signedIn(opened, isTls)
      },
    }),
    route({
      method: 'DELETE',
      path: '/session',
      action: 'signed-in',
      summary: 'Signs out; with everywhere=true on all devices.',
      query: Type.Object({ everywhere: Type.Optional(Type.Boolean()) }),
      handle: async ({ query, sessionToken, origin }) => {
        const { name } = await person(sessionToken)
        if (query.everywhere) await sessions.closeAll(name)
        await sessions.close(sessionToken)
        return withCookie({ isSignedIn: false }, sessionCookie('', origin.isTls))
      },
    }),
    route({
      method: 'GET',
      path: '/session/rights',
      action: 'signed-in',
      summary: 'The actions of the console that the caller may call on an instance, or on all.',
      query: Type.Object({ instance: Type.Optional(Type.String({ maxLength: 100 })) }),
      handle: async ({ query, principal, origin }) => {
        const resourceOf = (action: string) => {
          if (action.startsWith('ram:')) return `acs:ram:*:${access.accountId}:*`
          return action.startsWith('oss:') ? 'acs:oss:*:*:*' : access.instanceResource(query.instance ?? '*')
        }
        const conditions = { sourceIp: origin.remoteAddress, isTls: origin.isTls, nowMs: Date.now() }
        const answers = await Promise.all(
          CONSOLE_ACTIONS.map((action) => access.isAllowed(principal, action, resourceOf(action), conditions)),
        )
        return { actions: CONSOLE_ACTIONS.filter((_, i) => answers[i]) }
      },
    }),
    route({
      method: 'PUT',
      path: '/session/password',
      action: 'signed-in',
      summary: 'Sets the own password, signs out everywhere else.',
      body: Type.Object({ password: Type.String({ maxLength: 1000 }) }),
      handle: async (request) => {
        const { body, sessionToken, origin } = request
        const { name } = await person(sessionToken)
        await sessions.setPassword(name, body.password)
        const user = `acs:ram:*:${access.accountId}:user/${name}`
        await accessAdmin.recordChange(actorOf(request), 'ram:UpdateLoginProfile', user, {})
        return signedIn(await sessions.openByLink(await sessions.newLink(name), origin), origin.isTls)
      },
    }),
    route({
      method: 'POST',
      path: '/session/links',
      action: 'ram:CreateLoginProfile',
      isAudited: true,
      resource: 'acs:ram:*:{account}:user/*',
      summary: 'Makes a link that signs a user in once, within a day.',
      body: Type.Object({ userName: Type.String({ maxLength: 200 }) }),
      handle: async ({ body, principal }) => {
        await accessAdmin.checkMayManage(principal, body.userName)
        const link = await sessions.newLink(body.userName)
        return { link, path: `/console/#link=${link}` }
      },
    }),
  ]
}

function signedIn(session: OpenedSession, isTls: boolean): RawAnswer {
  return withCookie({ isSignedIn: true, csrfToken: session.csrfToken }, sessionCookie(session.token, isTls))
}

function withCookie(answer: unknown, cookie: string): RawAnswer {
  return raw({
    contentType: 'application/json; charset=utf-8',
    body: Buffer.from(JSON.stringify(answer)),
    headers: { 'set-cookie': cookie, 'cache-control': 'no-store' },
  })
}
