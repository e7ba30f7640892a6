/**
 * Every call of both doors is held against the policies: the table that the server serves is walked.
 */
import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import type { Permission } from '../../src/http/permissions.ts'
import { type ClientKey, signAcs3 } from '../../src/http/rpc/acs3.ts'
import { madePicture, openTestServer, type TestServer } from '../harness.ts'
import { actor, policy } from './open-access.ts'

/** Calls that would do their long work at once: that they can be denied is enough. */
const NEEDS_NOTHING = ['POST /v1/demo']

interface Answer {
  readonly status: number
  readonly code: string
  readonly detail?: Record<string, string>
  readonly body: Record<string, unknown>
}

let server: TestServer
let root: ClientKey & { readonly accessKeyId: string }

before(async () => {
  server = await openTestServer()
  assert.ok(server.firstKey)
  root = server.firstKey
})
after(() => server.cleanUp())

/** One signed request; without a key an anonymous one. */
async function call(
  key: ClientKey | undefined,
  method: string,
  path: string,
  options: { json?: unknown; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const url = new URL(path, server.endpoint)
  const body = options.json === undefined ? undefined : Buffer.from(JSON.stringify(options.json))
  const plain = { host: url.host, ...(body && { 'content-type': 'application/json' }), ...options.headers }
  const request = { method, url: url.pathname + url.search, headers: plain, ...(body && { body }) }
  const headers = key ? signAcs3(request, key) : plain
  const response = await fetch(url, { method, headers, ...(body && { body }) })
  const text = await response.text()
  const json = text.startsWith('{') ? JSON.parse(text) : {}
  const detail = json.error?.detail ?? json.AccessDeniedDetail
  return { status: response.status, code: json.error?.code ?? json.Code ?? '', body: json, ...(detail && { detail }) }
}

/** The call that a permission is about, on things that do not exist. */
async function callOf(key: ClientKey | undefined, { surface, call: name, versions }: Permission): Promise<Answer> {
  if (surface === 'official') {
    const headers = { 'x-acs-action': name, 'x-acs-version': versions[0] ?? '' }
    return await call(key, 'POST', '/?InstanceName=nothing', { headers })
  }
  const [method = '', path = ''] = name.split(' ')
  // What will be made has its name in the body.
  const names = path === '/v1/buckets' ? { name: '1' } : {}
  const json = method === 'GET' || method === 'DELETE' ? undefined : names
  return await call(key, method, path.replace(/:\w+/g, '1'), { json })
}

/** The resource of that call; an instance that is looked up and not found counts as all. */
function resourceOf({ resource }: Permission): string {
  const names = { account: server.services.access.accountId, InstanceName: 'nothing', instance: '*' }
  return resource.replace(/\{(\w+)\}/g, (_, name: keyof typeof names) => names[name] ?? '1')
}

async function permissions(): Promise<Permission[]> {
  const { body } = await call(root, 'GET', '/v1/access/permissions')
  return body.permissions as Permission[]
}

async function newUser(name: string): Promise<ClientKey> {
  const { accessAdmin, access } = server.services
  const { principal } = await access.findKey(root.accessKeyId)
  await accessAdmin.createUser(actor(principal), { name })
  const { id, secret } = await accessAdmin.createKey(actor(principal), name, {})
  return { accessKeyId: id, accessKeySecret: secret }
}

suite('every call is checked', () => {
  test('without credentials only what is public answers', async () => {
    for (const permission of await permissions()) {
      if (permission.action === 'public') {
        assert.match(permission.call, /^\w+ \/v1\/(session|downloads|openapi)/)
        continue
      }
      const { code } = await callOf(undefined, permission)
      assert.match(code, /^(CredentialsMissing|IncompleteSignature)$/, permission.call)
    }
  })

  test('a user without policies is refused everywhere, and told which action he lacks', async () => {
    const nobody = await newUser('nobody')
    for (const permission of await permissions()) {
      if (permission.resource === '') continue
      const { status, code, detail } = await callOf(nobody, permission)
      assert.deepEqual([status, code.replace('Console.', '')], [403, 'NoPermission'], permission.call)
      assert.equal(detail?.AuthAction, permission.action, permission.call)
      assert.equal(detail?.NoPermissionType, 'ImplicitDeny', permission.call)
      assert.ok(detail?.EncodedDiagnosticMessage, permission.call)
    }
  })

  test('whoever names the role of an import needs the right to pass it on', async () => {
    const { accessAdmin, access } = server.services
    const admin = actor((await access.findKey(root.accessKeyId)).principal)
    const user = await newUser('importer')
    const everything = policy([{ Effect: 'Allow', Action: 'imagesearch:*', Resource: '*' }])
    await accessAdmin.createPolicy(admin, { name: 'all-images', document: everything })
    await accessAdmin.attach(admin, 'all-images', { kind: 'user', name: 'importer' })
    const json = { bucket: 'none', path: '/', roleArn: `acs:ram::${access.accountId}:role/reader` }
    const paths = ['/v1/instances/none/imports', '/v1/instances/none/imports/preview']
    for (const path of paths) {
      const { code, detail } = await call(user, 'POST', path, { json })
      assert.deepEqual([code, detail?.AuthAction], ['NoPermission', 'ram:PassRole'])
    }
    const document = policy([{ Effect: 'Allow', Action: 'ram:PassRole', Resource: json.roleArn }])
    await accessAdmin.createPolicy(admin, { name: 'pass-reader', document })
    await accessAdmin.attach(admin, 'pass-reader', { kind: 'user', name: 'importer' })
    for (const path of paths) assert.equal((await call(user, 'POST', path, { json })).code, 'InstanceNotFound')

    // The role of an instance is such a role, too: given, exchanged or taken away, it changes what imports may read.
    const reader = json.roleArn
    const options = (defaultRole: string) => ({ json: { defaultRole } })
    const made = { json: { name: 'with-role', serviceType: 'generic', defaultRole: reader } }
    assert.equal((await call(user, 'POST', '/v1/instances', made)).status, 201)
    assert.equal((await call(user, 'PATCH', '/v1/instances/with-role', options(reader))).status, 200)
    for (const other of ['', `${reader}-of-all`]) {
      const { code, detail } = await call(user, 'PATCH', '/v1/instances/with-role', options(other))
      assert.deepEqual([code, detail?.AuthAction], ['NoPermission', 'ram:PassRole'], other)
    }
    const folder = await mkdtemp(join(tmpdir(), 'sightline-test-'))
    await writeFile(join(folder, 'increment.meta'), '{"OperationType":"DELETE","ProductId":"1"}\n')
    await call(root, 'POST', '/v1/buckets', { json: { name: 'secret', folder } })
    for (const path of ['/v1/instances/with-role/imports', '/v1/instances/with-role/imports/preview']) {
      const { code } = await call(user, 'POST', path, { json: { bucket: 'secret', path: '/', roleArn: '' } })
      assert.equal(code, 'RoleNotFound', 'an empty role is the role of the instance')
    }
    await rm(folder, { recursive: true })
  })

  test('a user and a role get in with exactly the action and the resource of the table, and not past a deny', async () => {
    const { accessAdmin, access } = server.services
    const admin = actor((await access.findKey(root.accessKeyId)).principal)
    const user = await newUser('exact')
    const trust = [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { RAM: '*' } }]
    const { arn: roleArn } = await accessAdmin.createRole(admin, { name: 'exact', trustPolicy: policy(trust) })
    const nothing = policy([{ Effect: 'Allow', Action: 'none:*', Resource: '*' }])
    await accessAdmin.createPolicy(admin, { name: 'exact', document: nothing })
    for (const kind of ['user', 'role'] as const) await accessAdmin.attach(admin, 'exact', { kind, name: 'exact' })
    const conditions = { sourceIp: '127.0.0.1', isTls: false, nowMs: Date.now() }
    const session = await access.assumeRole(admin.principal, { roleArn, sessionName: 'walk' }, conditions)

    for (const permission of await permissions()) {
      if (permission.resource === '') continue
      const { action } = permission
      const exact = { Effect: 'Allow', Action: action, Resource: resourceOf(permission) }
      await accessAdmin.updatePolicy(admin, 'exact', { document: policy([exact]) })
      for (const key of NEEDS_NOTHING.includes(permission.call) ? [] : [user, session]) {
        const { status, code } = await callOf(key, permission)
        assert.ok(!code.includes('NoPermission'), `${permission.call}: ${status} ${code}`)
        assert.notEqual(status, 401, permission.call)
      }
      const denied = { ...exact, Effect: 'Deny' }
      await accessAdmin.updatePolicy(admin, 'exact', {
        document: policy([{ Effect: 'Allow', Action: '*', Resource: '*' }, denied]),
      })
      for (const key of [user, session]) {
        const { code, detail } = await callOf(key, permission)
        assert.match(code, /NoPermission$/, permission.call)
        assert.equal(detail?.NoPermissionType, 'ExplicitDeny', permission.call)
      }
    }
  })
})

suite('over REST', () => {
  test('an import reads what its role allows; other rows fail and name the permission', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sightline-bucket-'))
    await mkdir(join(folder, 'increment'))
    const rows = ['a', 'b'].map((name) => `{"OperationType":"ADD","ProductId":"${name}","PicName":"${name}.png"}\n`)
    await writeFile(join(folder, 'increment/increment.meta'), rows.join(''))
    for (const name of ['a', 'b']) {
      await writeFile(join(folder, `increment/${name}.png`), await madePicture(name.charCodeAt(0)))
    }
    await call(root, 'POST', '/v1/buckets', { json: { name: 'imagesearch-increment', folder } })
    await call(root, 'POST', '/v1/instances', { json: { name: 'roles', serviceType: 'generic' } })
    const objects = ['increment.meta', 'a.*'].map((name) => `acs:oss:*:*:imagesearch-increment/increment/${name}`)
    const statement = { Effect: 'Allow', Action: ['oss:GetObject'], Resource: objects }
    const document = { Version: '1', Statement: [statement] }
    await call(root, 'POST', '/v1/policies', { json: { name: 'only-a', document } })
    const { body: role } = await call(root, 'POST', '/v1/roles', { json: { name: 'only-a' } })

    const json = { bucket: 'imagesearch-increment', path: '/increment', roleArn: role.arn }
    const tooEarly = await call(root, 'POST', '/v1/instances/roles/imports', { json })
    assert.equal(tooEarly.code, 'ManifestNotPermitted')
    await call(root, 'PUT', '/v1/roles/only-a/policies/only-a')
    const { body: started } = await call(root, 'POST', '/v1/instances/roles/imports', { json })
    for await (const status of server.services.imports.watch(Number(started.id), AbortSignal.timeout(20_000))) {
      if (status.state !== 'running') assert.deepEqual([status.ok, status.failed], [1, 1])
    }
    const { body } = await call(root, 'GET', `/v1/imports/${started.id}/rows`)
    const [row] = body.rows as { code: string; message: string; productId: string }[]
    assert.deepEqual([row?.code, row?.productId], ['RowNotPermitted', 'b'])
    assert.match(row?.message ?? '', /oss:GetObject on acs:oss:\*:\*:imagesearch-increment\/increment\/b\.png/)
    await rm(folder, { recursive: true })
  })

  test('whoever has one instance starts and follows its imports, and sees no others', async () => {
    const { access, accessAdmin, instances, buckets } = server.services
    const admin = actor((await access.findKey(root.accessKeyId)).principal)
    const folder = await mkdtemp(join(tmpdir(), 'sightline-bucket-'))
    await writeFile(join(folder, 'increment.meta'), '{"OperationType":"DELETE","ProductId":"1"}\n')
    await buckets.add('photos', { driver: 'file', options: { folder } })
    const user = await newUser('shopkeeper')
    const resource = access.instanceResource('mine')
    const document = policy([{ Effect: 'Allow', Action: 'imagesearch:*', Resource: resource }])
    await accessAdmin.createPolicy(admin, { name: 'mine', document })
    await accessAdmin.attach(admin, 'mine', { kind: 'user', name: 'shopkeeper' })
    const started: Record<string, unknown> = {}
    for (const name of ['mine', 'theirs']) {
      await instances.create(name, 'generic')
      const json = { bucket: 'photos' }
      started[name] = (await call(root, 'POST', `/v1/instances/${name}/imports`, { json })).body.id
    }
    assert.equal((await call(user, 'GET', `/v1/imports/${started.mine}`)).status, 200)
    assert.equal((await call(user, 'GET', `/v1/imports/${started.theirs}`)).code, 'NoPermission')
    assert.equal((await call(user, 'GET', '/v1/imports/999')).code, 'NoPermission')
    await rm(folder, { recursive: true })
  })

  test('AliyunImagesearchFullAccess is enough to import with the role and bucket of an administrator', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sightline-bucket-'))
    await mkdir(join(folder, 'increment'))
    const row = '{"OperationType":"ADD","ProductId":"1","PicName":"a.png"}\n'
    await writeFile(join(folder, 'increment/increment.meta'), row)
    await writeFile(join(folder, 'increment/a.png'), await madePicture(1))
    await call(root, 'POST', '/v1/buckets', { json: { name: 'page', folder } })
    const { body: role } = await call(root, 'POST', '/v1/roles', { json: { name: 'page' } })
    await call(root, 'PUT', '/v1/roles/page/policies/AliyunOSSReadOnlyAccess')
    const user = await newUser('page')
    await call(root, 'PUT', '/v1/users/page/policies/AliyunImagesearchFullAccess')

    assert.equal(
      (await call(user, 'POST', '/v1/instances', { json: { name: 'page', serviceType: 'generic' } })).status,
      201,
    )
    const json = { bucket: 'page', path: '/increment', roleArn: role.arn }
    const { body: started } = await call(user, 'POST', '/v1/instances/page/imports', { json })
    let ok = 0
    for await (const status of server.services.imports.watch(Number(started.id), AbortSignal.timeout(20_000)))
      ok = status.ok
    assert.equal(ok, 1)
    const headers = { 'x-acs-action': 'IncreaseInstance', 'x-acs-version': '2020-12-14' }
    const official = '/?InstanceName=page&BucketName=page&Path=%2Fincrement'
    assert.equal((await call(user, 'POST', official, { headers })).status, 200)
    const added = await call(user, 'POST', '/v1/buckets', { json: { name: 'mine', folder } })
    assert.equal(added.detail?.AuthAction, 'oss:PutBucket')
    await rm(folder, { recursive: true })
  })

  test('changes of instances and buckets stand in the audit log', async () => {
    await call(root, 'POST', '/v1/instances', { json: { name: 'noted', serviceType: 'generic' } })
    await call(root, 'DELETE', '/v1/instances/noted')
    const { body } = await call(root, 'GET', '/v1/access/audit?limit=2')
    const [deleted, created] = body.events as { action: string; resource: string; detail: { name: string } }[]
    assert.deepEqual([deleted?.action, created?.action], ['imagesearch:DeleteInstance', 'imagesearch:CreateInstance'])
    assert.match(deleted?.resource ?? '', /instance\/noted$/)
    assert.equal(created?.detail.name, 'noted')
  })

  test('steps 5 to 8 of the official page: role, policy, attach, ARN', async () => {
    const document = {
      Version: '1',
      Statement: [
        { Effect: 'Allow', Action: ['oss:GetObject'], Resource: ['acs:oss:*:*:imagesearch-increment/increment/*'] },
      ],
    }
    assert.equal((await call(root, 'POST', '/v1/roles', { json: { name: 'imagesearch' } })).status, 201)
    const created = await call(root, 'POST', '/v1/policies', { json: { name: 'increment', document } })
    assert.deepEqual(created.body.document, document)
    assert.equal((await call(root, 'PUT', '/v1/roles/imagesearch/policies/increment')).status, 200)
    const { body: role } = await call(root, 'GET', '/v1/roles/imagesearch')
    assert.equal(role.arn, `acs:ram::${server.services.access.accountId}:role/imagesearch`)
    assert.deepEqual(role.policies, ['increment'])

    const asked = { role: 'imagesearch', action: 'oss:GetObject' }
    const simulate = (resource: string) => call(root, 'POST', '/v1/access/simulate', { json: { ...asked, resource } })
    const inside = await simulate('acs:oss:*:*:imagesearch-increment/increment/a.jpg')
    assert.deepEqual([inside.body.isAllowed, inside.body.by], [true, { policy: 'increment', statement: 0 }])
    assert.equal((await simulate('acs:oss:*:*:imagesearch-increment/other/a.jpg')).body.kind, 'ImplicitDeny')
  })

  test('a policy that is wrong is refused with its place', async () => {
    const document = { Version: '1', Statement: [{ Effect: 'Allow', Action: 'AddImage', Resource: '*' }] }
    const { status, body } = await call(root, 'POST', '/v1/policies', { json: { name: 'wrong', document } })
    assert.equal(status, 400)
    assert.match((body.error as { message: string }).message, /Statement\[0\]\.Action\[0\]/)
  })

  test('a user with a key of his own, and a denial that an administrator reads', async () => {
    await call(root, 'POST', '/v1/users', { json: { name: 'carl' } })
    const { body: key } = await call(root, 'POST', '/v1/users/carl/keys', { json: { description: 'test' } })
    const carl = { accessKeyId: String(key.id), accessKeySecret: String(key.secret) }
    const { detail } = await call(carl, 'GET', '/v1/users')
    const json = { message: detail?.EncodedDiagnosticMessage }
    const { body: diagnosis } = await call(root, 'POST', '/v1/access/diagnose', { json })
    assert.deepEqual([diagnosis.action, diagnosis.kind], ['ram:ListUsers', 'ImplicitDeny'])

    const { body: listed } = await call(root, 'GET', '/v1/users/carl')
    assert.ok(!JSON.stringify(listed).includes(carl.accessKeySecret))
    await call(root, 'PATCH', `/v1/users/carl/keys/${key.id}`, { json: { isActive: false } })
    assert.equal((await call(carl, 'GET', '/v1/whoami')).code, 'AccessKeyInactive')
    const { body: audit } = await call(root, 'GET', '/v1/access/audit?limit=1&outcome=changed')
    assert.equal((audit.events as { action: string }[])[0]?.action, 'ram:UpdateAccessKey')
  })
})
