import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { actor, LOCAL, openAccess, policy, type TestAccess, userWith } from './open-access.ts'

const TAKE = [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }]

/** A role that anybody of the account may take, allowed everything with images but deleting. */
async function takeableRole({ access, admin, root }: TestAccess): Promise<string> {
  const trustPolicy = policy([
    { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { RAM: [`acs:ram::${access.accountId}:root`] } },
  ])
  const { arn } = await admin.createRole(root, { name: 'worker', trustPolicy })
  await admin.createPolicy(root, {
    name: 'of-worker',
    document: policy([
      { Effect: 'Allow', Action: 'imagesearch:*', Resource: '*' },
      { Effect: 'Deny', Action: 'imagesearch:Delete*', Resource: '*' },
    ]),
  })
  await admin.attach(root, 'of-worker', { kind: 'role', name: 'worker' })
  return arn
}

suite('temporary credentials', () => {
  test('carry the rights of the role, not of the user', async (t) => {
    const opened = await openAccess(t)
    const { access } = opened
    const roleArn = await takeableRole(opened)
    const anna = await userWith(opened, 'anna', TAKE)
    const credentials = await access.assumeRole(anna, { roleArn, sessionName: 'build-7' }, LOCAL)

    assert.match(credentials.accessKeyId, /^STS\./)
    assert.equal(credentials.assumedRoleArn, `acs:ram::${access.accountId}:role/worker/build-7`)
    assert.equal(credentials.expirationMs, LOCAL.nowMs + 3600_000)
    const { secret, principal } = await access.findKey(credentials.accessKeyId, credentials.securityToken)
    assert.equal(secret, credentials.accessKeySecret)
    assert.equal(principal.arn, `acs:sts::${access.accountId}:assumed-role/worker/build-7`)
    assert.equal(await access.isAllowed(principal, 'imagesearch:AddImage', '*', LOCAL), true)
    assert.equal(await access.isAllowed(principal, 'imagesearch:DeleteImage', '*', LOCAL), false)
    assert.equal(await access.isAllowed(principal, 'sts:AssumeRole', roleArn, LOCAL), false)
    const error = await access.authorise(principal, 'imagesearch:DeleteImage', '*', LOCAL).catch((error) => error)
    assert.equal(error.detail.AuthPrincipalType, 'AssumedRoleUser')
    assert.equal(error.detail.AuthPrincipalDisplayName, 'worker/build-7')
  })

  test('last as long as the role lets them', async (t) => {
    const opened = await openAccess(t)
    const { access, admin, root } = opened
    const roleArn = await takeableRole(opened)
    const anna = await userWith(opened, 'anna', TAKE)
    const take = (durationSeconds: number) =>
      access.assumeRole(anna, { roleArn, sessionName: 'long', durationSeconds }, LOCAL)
    assert.equal((await admin.role('worker')).maxSessionSeconds, 3600)
    for (const seconds of [899, 3601]) await assert.rejects(take(seconds), { code: 'ParameterInvalid' })
    await admin.updateRole(root, 'worker', { maxSessionSeconds: 43_200 })
    assert.equal((await take(43_200)).expirationMs, LOCAL.nowMs + 43_200_000)
    await assert.rejects(take(43_201), { code: 'ParameterInvalid' })
    for (const maxSessionSeconds of [3599, 43_201, 4000.5])
      await assert.rejects(admin.updateRole(root, 'worker', { maxSessionSeconds }), { code: 'ParameterInvalid' })
  })

  test('a session policy takes rights away and gives none', async (t) => {
    const opened = await openAccess(t)
    const { access } = opened
    const roleArn = await takeableRole(opened)
    const anna = await userWith(opened, 'anna', TAKE)
    const session = policy([
      { Effect: 'Allow', Action: ['imagesearch:Search*', 'imagesearch:DeleteImage', 'ram:*'], Resource: '*' },
    ])
    const request = { roleArn, sessionName: 'narrow', policy: session }
    const { accessKeyId, securityToken } = await access.assumeRole(anna, request, LOCAL)
    const { principal } = await access.findKey(accessKeyId, securityToken)
    const allowed = (action: string) => access.isAllowed(principal, action, '*', LOCAL)
    assert.equal(await allowed('imagesearch:SearchImageByPic'), true)
    assert.equal(await allowed('imagesearch:AddImage'), false)
    assert.equal(await allowed('imagesearch:DeleteImage'), false)
    assert.equal(await allowed('ram:CreateUser'), false)
    const error = await access.authorise(principal, 'imagesearch:AddImage', '*', LOCAL).catch((error) => error)
    assert.equal(error.detail.PolicyType, 'SessionPolicy')
  })

  test('both the user’s policy and the role’s trust are needed', async (t) => {
    const opened = await openAccess(t)
    const { access, admin, root } = opened
    const roleArn = await takeableRole(opened)
    const nobody = await userWith(opened, 'nobody', [])
    const anna = await userWith(opened, 'anna', TAKE)
    const take = (principal: typeof anna, arn: string) =>
      access.assumeRole(principal, { roleArn: arn, sessionName: 'session' }, LOCAL)

    await assert.rejects(take(nobody, roleArn), { code: 'NoPermission' })
    const { arn: importRole } = await admin.createRole(root, { name: 'import' })
    await assert.rejects(take(anna, importRole), { code: 'RoleNotTrusted' })
    await assert.rejects(take(root.principal, importRole), { code: 'RoleNotTrusted' })
    await assert.rejects(take(anna, `${roleArn}-2`), { code: 'RoleNotFound' })
    await assert.rejects(take(nobody, `${roleArn}-2`), { code: 'NoPermission' })
  })

  test('an external id is asked for where the trust policy says so', async (t) => {
    const opened = await openAccess(t)
    const { access, admin, root } = opened
    const trustPolicy = policy([
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { RAM: `acs:ram::${access.accountId}:user/partner` },
        Condition: { StringEquals: { 'sts:ExternalId': 'agreed' } },
      },
    ])
    const { arn: roleArn } = await admin.createRole(root, { name: 'shared', trustPolicy })
    const partner = await userWith(opened, 'partner', TAKE)
    const request = { roleArn, sessionName: 'session' }
    await assert.rejects(access.assumeRole(partner, request, LOCAL), { code: 'RoleNotTrusted' })
    assert.ok(await access.assumeRole(partner, { ...request, externalId: 'agreed' }, LOCAL))
  })

  test('end with their time, their role, or a character changed', async (t) => {
    const opened = await openAccess(t)
    const { access, admin, root, time } = opened
    const roleArn = await takeableRole(opened)
    const request = { roleArn, sessionName: 'short', durationSeconds: 900 }
    const { accessKeyId, securityToken } = await access.assumeRole(root.principal, request, LOCAL)
    const other = await access.assumeRole(root.principal, request, LOCAL)

    const changed = `${securityToken.slice(0, 50)}${securityToken[50] === 'A' ? 'B' : 'A'}${securityToken.slice(51)}`
    for (const token of [changed, securityToken.slice(0, -8), 'x', 'A'.repeat(20_000)]) {
      await assert.rejects(access.findKey(accessKeyId, token), { code: 'SecurityTokenInvalid' })
    }
    await assert.rejects(access.findKey(accessKeyId, other.securityToken), {
      code: 'SecurityTokenInvalid',
      message: /another/,
    })
    await assert.rejects(access.findKey(accessKeyId), { code: 'AccessKeyNotFound' })

    time.nowMs += 899_999
    await access.findKey(accessKeyId, securityToken)
    time.nowMs += 1
    await assert.rejects(access.findKey(accessKeyId, securityToken), {
      code: 'SecurityTokenExpired',
      official: 'InvalidSecurityToken.Expired',
    })
    time.nowMs -= 1000
    await admin.deleteRole(root, 'worker')
    await admin.deletePolicy(root, 'of-worker')
    await takeableRole(opened)
    await assert.rejects(access.findKey(accessKeyId, securityToken), { code: 'SecurityTokenInvalid', message: /role/ })
  })

  test('what is asked for is checked', async (t) => {
    const opened = await openAccess(t)
    const { access, root } = opened
    const roleArn = await takeableRole(opened)
    const take = (more: object) =>
      access.assumeRole(root.principal, { roleArn, sessionName: 'session', ...more }, LOCAL)
    for (const more of [
      { sessionName: 'a' },
      { sessionName: 'a/b' },
      { durationSeconds: 899 },
      { durationSeconds: 43_201 },
      { durationSeconds: 1000.5 },
      { policy: policy([]).padEnd(2049) },
    ]) {
      await assert.rejects(take(more), { code: 'ParameterInvalid' }, JSON.stringify(more))
    }
    await assert.rejects(take({ policy: '{}' }), { code: 'PolicyInvalid' })
  })
})

suite('the audit log', () => {
  test('has every change and every denial, newest first, in pages', async (t) => {
    const opened = await openAccess(t)
    const { access, admin, root } = opened
    const anna = await userWith(opened, 'anna', [{ Effect: 'Allow', Action: 'ram:*', Resource: '*' }])
    await assert.rejects(access.authorise(anna, 'imagesearch:AddImage', 'acs:x:*:*:y', { ...LOCAL, requestId: 'R-9' }))
    await assert.rejects(admin.deleteUser(actor(anna), 'admin'), { code: 'AdministratorOnly' })
    await access.close()

    const lines = await admin.audit({ limit: 100 })
    assert.deepEqual(
      lines.map(({ action, outcome }) => `${action} ${outcome}`),
      [
        'ram:DeleteUser denied',
        'imagesearch:AddImage denied',
        'ram:CreateAccessKey changed',
        'ram:AttachPolicyToUser changed',
        'ram:CreatePolicy changed',
        'ram:CreateUser changed',
      ],
    )
    const [, denied, created] = lines
    assert.deepEqual([denied?.principal, denied?.resource, denied?.requestId], [anna.arn, 'acs:x:*:*:y', 'R-9'])
    assert.deepEqual([created?.principal, created?.remoteAddress], [root.principal.arn, '127.0.0.1'])
    assert.equal(created?.resource, `acs:ram:*:${access.accountId}:user/anna`)

    const first = await admin.audit({ limit: 2 })
    const second = await admin.audit({ limit: 2, beforeId: first.at(-1)?.id ?? 0 })
    assert.deepEqual([...first, ...second], lines.slice(0, 4))
    assert.deepEqual((await admin.audit({ limit: 9, outcome: 'denied', principal: anna.arn })).length, 2)
  })

  test('has the sign-ins that failed, some of many, and who came from where', async (t) => {
    const { access, admin, sessions, time } = await openAccess(t)
    const origin = { remoteAddress: '192.0.2.7', userAgent: 'browser', requestId: 'REQUEST-9' }
    for (let i = 0; i < 25; i++) await assert.rejects(sessions.openByLink('guessed', origin))
    time.nowMs += 60_000
    await assert.rejects(sessions.openByPassword('anna\n', 'wrong', origin), { code: 'SignInFailed' })
    await access.close()
    const lines = (await admin.audit({ limit: 100 })).filter(({ action }) => action === 'ram:SignIn')
    assert.equal(lines.length, 11)
    const { id: _, atMs: __, resource, ...line } = lines[0]!
    assert.match(resource, /user\/anna/)
    assert.deepEqual(line, {
      ...{ principal: '', action: 'ram:SignIn', outcome: 'denied', requestId: 'REQUEST-9' },
      remoteAddress: '192.0.2.7',
      detail: { code: 'SignInFailed', userAgent: 'browser', leftOutBefore: 15 },
    })
  })

  test('keeps no more lines than it may, and none longer than it may', async (t) => {
    const { access, admin, root, time } = await openAccess(t, { auditRows: 50, auditAgeMs: 1000 })
    const nobody = { ...root.principal, isAdmin: false, name: 'nobody' }
    const deny = async (times: number) => {
      for (let i = 0; i < times; i++) await assert.rejects(access.authorise(nobody, 'a:b', '*', LOCAL))
      await access.close()
    }
    await deny(1500)
    assert.equal((await admin.audit({ limit: 1000 })).length, 50)
    time.nowMs += 2000
    await deny(1000)
    const lines = await admin.audit({ limit: 1000 })
    assert.ok(lines.length <= 50 && lines.every(({ atMs }) => atMs === time.nowMs))
  })

  test('secrets are in no log line, no audit line and no answer but the first', async (t) => {
    const opened = await openAccess(t)
    const { access, admin, root, logged, firstKey } = opened
    await admin.createUser(root, { name: 'anna' })
    const key = await admin.createKey(root, 'anna', {})
    const bearer = await admin.createKey(root, 'anna', { scope: 'admin' })
    await takeableRole(opened)
    const roleArn = `acs:ram::${access.accountId}:role/worker`
    const temporary = await access.assumeRole(root.principal, { roleArn, sessionName: 'session' }, LOCAL)
    await assert.rejects(access.findBearer(`${bearer.secret}x`))
    await assert.rejects(access.findKey('STS.x', temporary.securityToken))
    await access.close()

    const answers = [await admin.listKeys(), await admin.user('anna'), await admin.audit({ limit: 1000 })]
    const shown = JSON.stringify(answers) + logged()
    assert.ok(shown.includes(key.id))
    const secrets = [key.secret, bearer.secret, temporary.accessKeySecret, temporary.securityToken]
    for (const secret of [...secrets, firstKey?.accessKeySecret ?? 'none']) assert.ok(!shown.includes(secret))
  })
})
