import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { actor, LOCAL, openAccess, policy, userWith } from './open-access.ts'

suite('users and keys', () => {
  test('a user has several keys, each is disabled and deleted alone, at once', async (t) => {
    const { access, admin, root } = await openAccess(t)
    await admin.createUser(root, { name: 'anna', displayName: 'Anna' })
    const first = await admin.createKey(root, 'anna', { description: 'laptop' })
    const second = await admin.createKey(root, 'anna', {})

    assert.equal((await access.findKey(first.id)).secret, first.secret)
    await admin.setKeyActive(root, 'anna', first.id, false)
    await assert.rejects(access.findKey(first.id), { code: 'AccessKeyInactive' })
    assert.equal((await access.findKey(second.id)).principal.name, 'anna')
    await admin.setKeyActive(root, 'anna', first.id, true)
    assert.equal((await access.findKey(first.id)).secret, first.secret)
    await admin.deleteKey(root, 'anna', first.id)
    await assert.rejects(access.findKey(first.id), { code: 'AccessKeyNotFound' })
    await admin.deleteUser(root, 'anna')
    await assert.rejects(access.findKey(second.id), { code: 'AccessKeyNotFound' })
  })

  test('a key shows when it was last used, written at most once a minute', async (t) => {
    const { access, admin, root, time, store } = await openAccess(t)
    const lastUsed = async () => (await admin.listKeys('admin')).at(0)?.lastUsedMs
    assert.equal(await lastUsed(), 0)

    const started = time.nowMs
    for (const afterMs of [0, 30_000, 59_999]) {
      time.nowMs = started + afterMs
      await access.authorise(root.principal, 'imagesearch:Detail', '*', LOCAL)
      await store.write(async () => {})
      assert.equal(await lastUsed(), started)
    }
    time.nowMs = started + 60_000
    await access.authorise(root.principal, 'imagesearch:Detail', '*', LOCAL)
    await store.write(async () => {})
    assert.equal(await lastUsed(), started + 60_000)
  })

  test('a bearer key is kept as its hash and found while it is active', async (t) => {
    const { access, admin, root, store } = await openAccess(t)
    await admin.createUser(root, { name: 'shop' })
    const key = await admin.createKey(root, 'shop', { scope: 'search' })
    assert.match(key.secret, /^sl_[\w-]{43}$/)
    assert.ok(key.secret.startsWith(key.id))

    const principal = await access.findBearer(key.secret)
    assert.deepEqual([principal.name, principal.scope], ['shop', 'search'])
    const rows = await store.read.selectFrom('bearer_key').selectAll().execute()
    assert.ok(!JSON.stringify(rows).includes(key.secret))
    await assert.rejects(access.findBearer(`${key.secret.slice(0, -1)}?`), { code: 'BearerKeyInvalid' })
    await admin.setKeyActive(root, 'shop', key.id, false)
    await assert.rejects(access.findBearer(key.secret), { code: 'BearerKeyInvalid' })
  })

  test('the last administrator stays', async (t) => {
    const { admin, root } = await openAccess(t)
    await assert.rejects(admin.deleteUser(root, 'admin'), { code: 'LastAdministrator' })
    await assert.rejects(admin.updateUser(root, 'admin', { isAdmin: false }), { code: 'LastAdministrator' })
    await admin.createUser(root, { name: 'second', isAdmin: true })
    await admin.deleteUser(root, 'admin')
    assert.deepEqual(
      (await admin.listUsers()).map(({ name }) => name),
      ['second'],
    )
  })

  test('a user who may manage users cannot make himself an administrator', async (t) => {
    const opened = await openAccess(t)
    const { admin } = opened
    const manager = actor(await userWith(opened, 'manager', [{ Effect: 'Allow', Action: 'ram:*', Resource: '*' }]))
    const refused = { code: 'AdministratorOnly', status: 403 }
    await assert.rejects(admin.createUser(manager, { name: 'x', isAdmin: true }), refused)
    await assert.rejects(admin.updateUser(manager, 'manager', { isAdmin: true }), refused)
    await assert.rejects(admin.createKey(manager, 'admin', {}), refused)
    await assert.rejects(admin.createKey(manager, 'admin', { scope: 'admin' }), refused)
    await assert.rejects(admin.deleteUser(manager, 'admin'), refused)
    await assert.rejects(admin.checkMayManage(manager.principal, 'admin'), refused)
    await admin.createKey(manager, 'manager', {})
  })

  test('names that would mean something in an ARN or a pattern are refused', async (t) => {
    const { admin, root } = await openAccess(t)
    for (const name of ['', 'a/b', 'a:b', '*', 'a b', '.a', 'ä', 'a'.repeat(65)]) {
      await assert.rejects(admin.createUser(root, { name }), { code: 'AccessNameInvalid' }, name)
      await assert.rejects(admin.createRole(root, { name }), { code: 'AccessNameInvalid' }, name)
    }
    await admin.createUser(root, { name: 'anna.b_c-1' })
    await assert.rejects(admin.createUser(root, { name: 'anna.b_c-1' }), { code: 'UserExists' })
  })

  test('a key of one user cannot be changed as a key of another', async (t) => {
    const { admin, root } = await openAccess(t)
    await admin.createUser(root, { name: 'anna' })
    await admin.createUser(root, { name: 'bob' })
    const key = await admin.createKey(root, 'anna', {})
    await assert.rejects(admin.deleteKey(root, 'bob', key.id), { code: 'AccessKeyNotFound' })
    assert.equal((await admin.listKeys('anna')).length, 1)
  })
})

suite('what is allowed', () => {
  test('users, roles and statements: who may do what', async (t) => {
    const opened = await openAccess(t)
    const { access, root } = opened
    const shop = access.instanceResource('shop')
    const other = access.instanceResource('other')
    const users = {
      admin: root.principal,
      nobody: await userWith(opened, 'nobody', []),
      reader: await userWith(opened, 'reader', []),
      full: await userWith(opened, 'full', []),
      shopper: await userWith(opened, 'shopper', [
        { Effect: 'Allow', Action: 'imagesearch:*', Resource: 'acs:imagesearch:*:*:instance/shop' },
      ]),
      careful: await userWith(opened, 'careful', [
        { Effect: 'Allow', Action: 'imagesearch:*', Resource: '*' },
        { Effect: 'Deny', Action: ['imagesearch:Delete*', 'imagesearch:Clear*'], Resource: '*' },
      ]),
    }
    await opened.admin.attach(root, 'AliyunImagesearchReadOnlyAccess', { kind: 'user', name: 'reader' })
    await opened.admin.attach(root, 'AliyunImageSearchFullAccess', { kind: 'user', name: 'full' })

    const questions = {
      'search shop': ['imagesearch:SearchImageByPic', shop],
      'search other': ['imagesearch:SearchImageByPic', other],
      'add shop': ['imagesearch:AddImage', shop],
      'delete shop': ['imagesearch:DeleteImage', shop],
      'create user': ['ram:CreateUser', `acs:ram:*:${access.accountId}:user/x`],
    } as const
    const expected: Record<keyof typeof users, (keyof typeof questions)[]> = {
      admin: ['search shop', 'search other', 'add shop', 'delete shop', 'create user'],
      nobody: [],
      reader: ['search shop', 'search other'],
      full: ['search shop', 'search other', 'add shop', 'delete shop'],
      shopper: ['search shop', 'add shop', 'delete shop'],
      careful: ['search shop', 'search other', 'add shop'],
    }
    for (const [name, principal] of Object.entries(users)) {
      const allowed = []
      for (const [what, [action, resource]] of Object.entries(questions)) {
        if (await access.isAllowed(principal, action, resource, LOCAL)) allowed.push(what)
      }
      assert.deepEqual(allowed, expected[name as keyof typeof users], name)
    }
  })

  test('a bearer key can do what its user may and its scope has', async (t) => {
    const opened = await openAccess(t)
    const { access, admin, root } = opened
    await userWith(opened, 'shop', [{ Effect: 'Allow', Action: 'imagesearch:*', Resource: '*' }])
    const allowed = async (user: string, scope: 'search' | 'import' | 'admin') => {
      const { secret } = await admin.createKey(root, user, { scope })
      const principal = await access.findBearer(secret)
      const actions = ['SearchImageByPic', 'AddImage', 'IncreaseInstance', 'DeleteInstance'].map(
        (a) => `imagesearch:${a}`,
      )
      const answers = await Promise.all(
        [...actions, 'ram:CreateUser'].map((action) => access.isAllowed(principal, action, '*', LOCAL)),
      )
      return answers.map((answer) => (answer ? 'x' : '-')).join('')
    }
    assert.equal(await allowed('shop', 'search'), 'x----')
    assert.equal(await allowed('shop', 'import'), '-xx--')
    assert.equal(await allowed('shop', 'admin'), 'xxxx-')
    assert.equal(await allowed('admin', 'search'), 'x----')
    assert.equal(await allowed('admin', 'admin'), 'xxxxx')
  })

  test('a change of policy, attachment or user holds for the next request', async (t) => {
    const opened = await openAccess(t)
    const { access, admin, root } = opened
    const anna = await userWith(opened, 'anna', [{ Effect: 'Allow', Action: 'imagesearch:*', Resource: '*' }])
    const may = () => access.isAllowed(anna, 'imagesearch:AddImage', '*', LOCAL)
    assert.equal(await may(), true)
    await admin.updatePolicy(root, 'of-anna', {
      document: policy([{ Effect: 'Allow', Action: 'imagesearch:Search*', Resource: '*' }]),
    })
    assert.equal(await may(), false)
    await admin.attach(root, 'AliyunImagesearchFullAccess', { kind: 'user', name: 'anna' })
    assert.equal(await may(), true)
    await admin.detach(root, 'AliyunImagesearchFullAccess', { kind: 'user', name: 'anna' })
    assert.equal(await may(), false)
    await assert.rejects(admin.detach(root, 'AliyunImagesearchFullAccess', { kind: 'user', name: 'anna' }), {
      code: 'PolicyNotAttached',
    })
  })

  test('a denial says who, what and why as the cloud does, and the reason only to an administrator', async (t) => {
    const opened = await openAccess(t)
    const { access, admin } = opened
    const anna = await userWith(opened, 'anna', [{ Effect: 'Deny', Action: 'imagesearch:Add*', Resource: '*' }])
    const shop = access.instanceResource('shop')
    const error = await access.authorise(anna, 'imagesearch:AddImage', shop, LOCAL).catch((error) => error)
    assert.equal(error.code, 'NoPermission')
    assert.equal(error.official, 'NoPermission')
    const { EncodedDiagnosticMessage, ...detail } = error.detail
    assert.deepEqual(detail, {
      AuthAction: 'imagesearch:AddImage',
      AuthPrincipalDisplayName: 'anna',
      AuthPrincipalOwnerId: access.accountId,
      AuthPrincipalType: 'SubUser',
      NoPermissionType: 'ExplicitDeny',
      PolicyType: 'AccountLevelIdentityBasedPolicy',
    })
    assert.ok(!`${error.message}${JSON.stringify(detail)}`.includes('of-anna'))
    assert.deepEqual(admin.diagnose(EncodedDiagnosticMessage).by, { policy: 'of-anna', statement: 0 })
    assert.throws(() => admin.diagnose('AAAA'), { code: 'ParameterInvalid' })
    const implicit = await access.authorise(anna, 'imagesearch:Detail', shop, LOCAL).catch((error) => error)
    assert.equal(implicit.detail.NoPermissionType, 'ImplicitDeny')
  })

  test('system policies cannot be changed, and a policy in use is not deleted', async (t) => {
    const { admin, root } = await openAccess(t)
    const document = policy([{ Effect: 'Allow', Action: '*', Resource: '*' }])
    const name = 'AliyunOSSReadOnlyAccess'
    await assert.rejects(admin.updatePolicy(root, name, { document }), { code: 'PolicyReadOnly' })
    await assert.rejects(admin.deletePolicy(root, name), { code: 'PolicyReadOnly' })
    await assert.rejects(admin.createPolicy(root, { name: 'aliyunossreadonlyaccess', document }), {
      code: 'PolicyExists',
    })
    await admin.createPolicy(root, { name: 'mine', document })
    await admin.attach(root, 'mine', { kind: 'user', name: 'admin' })
    assert.deepEqual((await admin.policy('mine')).attachedTo, [{ kind: 'user', name: 'admin' }])
    await assert.rejects(admin.deletePolicy(root, 'mine'), { code: 'PolicyInUse', message: /the user "admin"/ })
    await admin.detach(root, 'mine', { kind: 'user', name: 'admin' })
    await admin.deletePolicy(root, 'mine')
    await assert.rejects(admin.policy('mine'), { code: 'PolicyNotFound' })
  })

  test('simulate answers as the request would be, and names the statement', async (t) => {
    const opened = await openAccess(t)
    const { admin } = opened
    const fromOffice = { IpAddress: { 'acs:SourceIp': '10.0.0.0/8' } }
    await userWith(opened, 'anna', [
      { Effect: 'Allow', Action: 'imagesearch:Search*', Resource: '*', Condition: fromOffice },
    ])
    const anna = { kind: 'user', name: 'anna' } as const
    const action = 'imagesearch:SearchImageByPic'
    const resource = 'instance/shop'
    const outside = await admin.simulate({ target: anna, action, resource, conditions: { 'acs:SourceIp': '8.8.8.8' } })
    assert.equal(outside.kind, 'ImplicitDeny')
    assert.deepEqual(outside.considered, [
      { policy: 'of-anna', statement: 0, effect: 'Allow', resource: true, conditions: false },
    ])
    const inside = await admin.simulate({ target: anna, action, resource, conditions: { 'acs:SourceIp': '10.1.1.1' } })
    assert.deepEqual([inside.isAllowed, inside.by], [true, { policy: 'of-anna', statement: 0 }])
    const tried = await admin.simulate({
      target: anna,
      action,
      resource,
      documents: [policy([{ Effect: 'Allow', Action: '*', Resource: '*' }])],
    })
    assert.deepEqual(tried.by, { policy: 'documents[0]', statement: 0 })
    assert.equal((await admin.simulate({ target: { kind: 'user', name: 'admin' }, action, resource })).isAdmin, true)
    await assert.rejects(admin.simulate({ target: { kind: 'role', name: 'x' }, action, resource }), {
      code: 'RoleNotFound',
    })
  })
})

suite('imports', () => {
  test('the steps of the official page give a role that may read its folder and nothing else', async (t) => {
    const { access, admin, root } = await openAccess(t)
    const created = await admin.createRole(root, { name: 'imagesearch-import' })
    await admin.createPolicy(root, {
      name: 'increment',
      document: policy([
        { Effect: 'Allow', Action: ['oss:GetObject'], Resource: ['acs:oss:*:*:imagesearch-increment/increment/*'] },
      ]),
    })
    await admin.attach(root, 'increment', { kind: 'role', name: 'imagesearch-import' })
    const { arn } = await admin.role('imagesearch-import')
    assert.equal(arn, created.arn)
    assert.match(arn, /^acs:ram::\d{16}:role\/imagesearch-import$/)

    const mayRead = await access.objectReader(arn)
    assert.deepEqual(mayRead('imagesearch-increment', 'increment/a.jpg'), { allowed: true, missing: '' })
    assert.deepEqual(mayRead('imagesearch-increment', 'other/a.jpg'), {
      allowed: false,
      missing: 'oss:GetObject on acs:oss:*:*:imagesearch-increment/other/a.jpg',
    })
    assert.equal(mayRead('elsewhere', 'increment/a.jpg').allowed, false)
    assert.equal(mayRead('elsewhere', 'a:b:imagesearch-increment/increment/a.jpg').allowed, false)
  })

  test('without a role everything may be read; an unknown or untrusting role is refused', async (t) => {
    const { access, admin, root } = await openAccess(t)
    assert.equal((await access.objectReader(''))('any', 'thing').allowed, true)
    const missing = `acs:ram::${access.accountId}:role/nobody`
    for (const arn of [missing, 'nobody', 'acs:ram::1:role/x', `acs:ram::${access.accountId}:role/`]) {
      await assert.rejects(access.objectReader(arn), { code: 'RoleNotFound' }, arn)
    }
    const trustPolicy = policy([
      { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ecs.aliyuncs.com' } },
    ])
    const { arn } = await admin.createRole(root, { name: 'ecs', trustPolicy })
    await assert.rejects(access.objectReader(arn), { code: 'RoleNotTrusted', message: /imagesearch\.aliyuncs\.com/ })
  })
})
