import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import openapi from '@alicloud/openapi-core'
import sts from '@alicloud/sts20150401'
import { openTestServer, type TestServer } from '../harness.ts'
import { models as m, sdkClient } from './clients.ts'

describe('@alicloud/sts20150401', () => {
  let server: TestServer
  before(async () => {
    server = await openTestServer()
    await server.services.instances.create('shop', 'generic')
    const { accountId } = server.services.access
    const { accessAdmin } = server.services
    const trustPolicy = {
      Version: '1',
      Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { RAM: [`acs:ram::${accountId}:root`] } }],
    }
    const { principal } = await server.services.access.findKey(server.firstKey!.accessKeyId)
    const actor = { principal, requestId: '', remoteAddress: '127.0.0.1' }
    await accessAdmin.createRole(actor, { name: 'reader', trustPolicy: JSON.stringify(trustPolicy) })
    await accessAdmin.attach(actor, 'AliyunImagesearchReadOnlyAccess', { kind: 'role', name: 'reader' })
  })
  after(() => server.cleanUp())

  const stsClient = () => {
    const { host } = new URL(server.endpoint)
    const config = new openapi.$OpenApiUtil.Config({ ...server.firstKey!, endpoint: host, protocol: 'http' })
    return new sts.default(config)
  }

  test('hands out temporary credentials that sign requests, with the rights of their role', async () => {
    const { accountId } = server.services.access
    const roleArn = `acs:ram::${accountId}:role/reader`
    const request = new sts.AssumeRoleRequest({ roleArn, roleSessionName: 'session-1', durationSeconds: 900 })
    const { credentials, assumedRoleUser } = (await stsClient().assumeRole(request)).body!
    assert.equal(assumedRoleUser?.arn, `${roleArn}/session-1`)
    assert.match(credentials?.expiration ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)

    for (const signatureAlgorithm of [undefined, 'v2'] as const) {
      const key = {
        accessKeyId: credentials!.accessKeyId!,
        accessKeySecret: credentials!.accessKeySecret!,
        securityToken: credentials!.securityToken!,
      }
      const client = sdkClient(server.endpoint, key, signatureAlgorithm && { signatureAlgorithm })
      assert.equal((await client.detail(new m.DetailRequest({ instanceName: 'shop' }))).body?.instance?.name, 'shop')
      const remove = new m.DeleteImageRequest({ instanceName: 'shop', productId: 'p' })
      await assert.rejects(
        client.deleteImage(remove),
        (error: { code: string; statusCode: number; accessDeniedDetail: Record<string, string> }) => {
          assert.deepEqual([error.code, error.statusCode], ['NoPermission', 403])
          assert.equal(error.accessDeniedDetail.AuthAction, 'imagesearch:DeleteImage')
          assert.equal(error.accessDeniedDetail.NoPermissionType, 'ImplicitDeny')
          return true
        },
      )
      const forged = sdkClient(
        server.endpoint,
        { ...key, securityToken: key.securityToken.slice(9) },
        signatureAlgorithm && { signatureAlgorithm },
      )
      await assert.rejects(forged.detail(new m.DetailRequest({ instanceName: 'shop' })), {
        code: /^InvalidSecurityToken/,
      })
    }
  })

  test('tells who the credentials belong to', async () => {
    const { body } = await stsClient().getCallerIdentity()
    assert.equal(body?.accountId, server.services.access.accountId)
    assert.match(body?.arn ?? '', /user\//)
  })
})
