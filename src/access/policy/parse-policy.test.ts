import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePolicy } from './parse-policy.ts'
import { requestContext } from './request-context.ts'
import { trusts } from './trust.ts'

const parse = (document: unknown) =>
  parsePolicy('p', typeof document === 'string' ? document : JSON.stringify(document))
const statement = (more: object) => ({
  Version: '1',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*', ...more }],
})

test('the policy of the cloud’s own page parses', () => {
  const policy = parse(`{
    "Version": "1",
    "Statement": [
      { "Effect": "Allow", "Action": [ "oss:GetObject" ], "Resource": [ "acs:oss:*:*:imagesearch-increment/increment/*" ] }
    ]
  }`)
  assert.equal(policy.statements.length, 1)
})

test('what is wrong is said with its place', () => {
  const cases: [document: unknown, message: RegExp][] = [
    ['{"Version": "1",', /the document: expected JSON: /],
    ['[]', /the document: expected an object, got \[\]/],
    [{ Version: '2012-10-17', Statement: [] }, /Version: expected "1", got 2012-10-17/],
    [{ Version: '1', Statement: [] }, /Statement: expected at least one statement/],
    [{ Version: '1' }, /Statement\[0\]: expected an object/],
    [{ Version: '1', Statements: [] }, /the document: expected only Version, Statement, got Statements/],
    [statement({ Effect: 'allow' }), /Statement\[0\]\.Effect: expected "Allow" or "Deny", got allow/],
    [statement({ Actions: 'x' }), /Statement\[0\]: expected only Sid, Effect, .*, got Actions/],
    [statement({ NotAction: '*' }), /Statement\[0\]: expected either Action or NotAction/],
    [statement({ Resource: undefined }), /Statement\[0\]: expected either Resource or NotResource/],
    [statement({ Action: [] }), /Statement\[0\]\.Action: expected at least one value/],
    [statement({ Action: ['a:b', 'AddImage'] }), /Statement\[0\]\.Action\[1\]: expected .*, got AddImage/],
    [statement({ Action: [{}] }), /Statement\[0\]\.Action\[0\]: expected a text, got \{\}/],
    [
      statement({ Resource: 'arn:aws:s3:::b/*' }),
      /Statement\[0\]\.Resource\[0\]: expected "\*" or a name that starts with "acs:"/,
    ],
    [statement({ Resource: 'acs:oss:bucket/a' }), /Statement\[0\]\.Resource\[0\]: expected acs:<service>/],
    [statement({ Condition: { StringIs: {} } }), /Statement\[0\]\.Condition\.StringIs: there is no such operator/],
    [
      statement({ Condition: { Bool: { SourceIp: 'true' } } }),
      /Condition\.Bool\.SourceIp: expected a key such as acs:SourceIp/,
    ],
    [statement({ Condition: { Bool: { 'acs:SecureTransport': 'yes' } } }), /expected true or false, got yes/],
    [
      statement({ Condition: { IpAddress: { 'acs:SourceIp': '10.0.0.0/33' } } }),
      /Condition\.IpAddress\.acs:SourceIp: expected an address/,
    ],
    [
      statement({ Condition: { DateLessThan: { 'acs:CurrentTime': '2026-06-01T12:00:00' } } }),
      /expected a time such as/,
    ],
    [statement({ Condition: { NumericEquals: { 'oss:MaxKeys': '0x10' } } }), /expected a number/],
    [statement({ Principal: '*' }), /got Principal/],
  ]
  for (const [document, message] of cases) {
    assert.throws(() => parse(document), { code: 'PolicyInvalid', message })
  }
  assert.throws(() => parse(' '.repeat(200_001)), { code: 'PolicyInvalid', message: /at most 200000 characters/ })
})

test('a trust policy names services, users and roles', () => {
  const trust = (principal: unknown, more: object = {}) =>
    parsePolicy(
      't',
      JSON.stringify({
        Version: '1',
        Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: principal, ...more }],
      }),
      'trust',
    )
  const none = requestContext({})
  const service = { service: 'imagesearch.aliyuncs.com' }
  const anna = { arn: 'acs:ram::1234567890123456:user/anna' }

  const forImports = trust({ Service: ['ImageSearch.aliyuncs.com'] })
  assert.ok(trusts(forImports, service, none))
  assert.ok(!trusts(forImports, anna, none))
  assert.ok(!trusts(trust({ Service: 'ecs.aliyuncs.com' }), service, none))
  assert.ok(trusts(trust({ RAM: ['acs:ram::1234567890123456:root'] }), anna, none))
  assert.ok(trusts(trust({ RAM: anna.arn }), anna, none))
  assert.ok(!trusts(trust({ RAM: 'acs:ram::1234567890123456:user/bob' }), anna, none))
  assert.ok(!trusts(trust({ RAM: 'acs:ram::9999999999999999:root' }), anna, none))
  assert.ok(!trusts(trust({ RAM: '*' }, { Action: 'sts:GetCallerIdentity' }), anna, none))

  const withId = trust({ RAM: '*' }, { Condition: { StringEquals: { 'sts:ExternalId': 'partner-7' } } })
  assert.ok(trusts(withId, anna, requestContext({ 'sts:ExternalId': 'partner-7' })))
  assert.ok(!trusts(withId, anna, none))

  assert.throws(() => trust({}), { code: 'PolicyInvalid', message: /Principal: expected Service or RAM/ })
  assert.throws(() => trust({ RAM: 'anna' }), { code: 'PolicyInvalid', message: /Principal\.RAM\[0\]/ })
  assert.throws(() => trust({ Federated: 'x' }), { code: 'PolicyInvalid', message: /got Federated/ })
})
