import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type SlowStatement, slowDecision } from '../../../test/access/slow-evaluator.ts'
import { evaluate, explain, question } from './evaluate.ts'
import { parsePolicy } from './parse-policy.ts'
import { requestContext } from './request-context.ts'

const INSTANCE = 'acs:imagesearch:*:1234567890123456:instance/shop'

function decide(statements: object[], action: string, resource = INSTANCE, context: Record<string, string> = {}) {
  const policy = parsePolicy('p', JSON.stringify({ Version: '1', Statement: statements }))
  return evaluate([policy], question(action, resource, requestContext(context)))
}

const allow = (more: object) => ({ Effect: 'Allow', Action: '*', Resource: '*', ...more })
const deny = (more: object) => ({ Effect: 'Deny', Action: '*', Resource: '*', ...more })

test('without a statement that allows, nothing is allowed', () => {
  assert.deepEqual(decide([allow({ Action: 'imagesearch:AddImage' })], 'imagesearch:DeleteImage'), {
    kind: 'ImplicitDeny',
  })
})

test('an explicit deny wins wherever it stands', () => {
  for (const statements of [
    [allow({}), deny({ Action: 'imagesearch:Delete*' })],
    [deny({ Action: 'imagesearch:Delete*' }), allow({})],
  ]) {
    const decision = decide(statements, 'imagesearch:DeleteImage')
    assert.equal(decision.kind, 'ExplicitDeny')
    assert.equal(decide(statements, 'imagesearch:AddImage').kind, 'Allow')
  }
})

test('the decision names the statement', () => {
  const statements = [allow({ Action: 'oss:*' }), allow({ Action: ['imagesearch:Add*'] })]
  assert.deepEqual(decide(statements, 'imagesearch:AddImage').by, { policy: 'p', statement: 1 })
})

test('actions have no case, resources have', () => {
  assert.equal(decide([allow({ Action: 'ImageSearch:addimage' })], 'imagesearch:AddImage').kind, 'Allow')
  const shop = allow({ Resource: 'acs:imagesearch:*:*:instance/Shop' })
  assert.equal(decide([shop], 'imagesearch:AddImage').kind, 'ImplicitDeny')
})

test('NotAction and NotResource mean everything else', () => {
  const notDelete = [allow({ Action: undefined, NotAction: ['imagesearch:Delete*', 'ram:*'] })]
  assert.equal(decide(notDelete, 'imagesearch:AddImage').kind, 'Allow')
  assert.equal(decide(notDelete, 'imagesearch:DeleteImage').kind, 'ImplicitDeny')
  assert.equal(decide(notDelete, 'ram:CreateUser').kind, 'ImplicitDeny')
  const onlyShop = [allow({}), deny({ Resource: undefined, NotResource: 'acs:imagesearch:*:*:instance/shop' })]
  assert.equal(decide(onlyShop, 'imagesearch:AddImage').kind, 'Allow')
  assert.equal(decide(onlyShop, 'imagesearch:AddImage', `${INSTANCE}-2`).kind, 'ExplicitDeny')
})

test('a star does not reach over the parts of a resource name', () => {
  const shop = [allow({ Action: 'oss:GetObject', Resource: 'acs:oss:*:*:shop/increment/*' })]
  const read = (object: string) => decide(shop, 'oss:GetObject', `acs:oss:*:1234567890123456:${object}`).kind
  assert.equal(read('shop/increment/a.jpg'), 'Allow')
  assert.equal(read('shop/increment/deep/a:b.jpg'), 'Allow')
  assert.equal(read('secret/x:y:shop/increment/a.jpg'), 'ImplicitDeny')
  assert.equal(read('shop/increment-2/a.jpg'), 'ImplicitDeny')
  assert.equal(read('shop/other/../increment/a.jpg'), 'ImplicitDeny')
})

test('the region of a resource does not matter, the account does', () => {
  const allowed = (resource: string) => decide([allow({ Resource: resource })], 'imagesearch:Detail').kind === 'Allow'
  assert.ok(allowed('acs:imagesearch:cn-shanghai:1234567890123456:instance/shop'))
  assert.ok(allowed('acs:imagesearch::*:instance/sh?p'))
  assert.ok(allowed('acs:imagesearch:*::instance/*'))
  assert.ok(allowed('acs:imagesearch:*'))
  assert.ok(allowed('acs:*'))
  assert.ok(!allowed('acs:imagesearch:*:9999999999999999:instance/shop'))
  assert.ok(!allowed('acs:oss:*'))
})

test('conditions: each operator on values that hold and that do not', () => {
  const context = {
    'acs:SourceIp': '10.1.2.3',
    'acs:SecureTransport': 'true',
    'acs:CurrentTime': '2026-06-01T12:00:00.000Z',
    'acs:UserAgent': 'Sightline/1.0',
    'oss:MaxKeys': '100',
  }
  const cases: [operator: string, key: string, holds: unknown, fails: unknown][] = [
    ['StringEquals', 'acs:UserAgent', ['x', 'Sightline/1.0'], 'sightline/1.0'],
    ['StringNotEquals', 'acs:UserAgent', ['x', 'y'], ['x', 'Sightline/1.0']],
    ['StringEqualsIgnoreCase', 'acs:useragent', 'SIGHTLINE/1.0', 'SIGHTLINE'],
    ['StringNotEqualsIgnoreCase', 'acs:UserAgent', 'SIGHTLINE', 'SIGHTLINE/1.0'],
    ['StringLike', 'acs:UserAgent', 'Sight*/?.?', 'sight*'],
    ['StringNotLike', 'acs:UserAgent', 'sight*', 'Sight*'],
    ['NumericEquals', 'oss:MaxKeys', 100, 99],
    ['NumericNotEquals', 'oss:MaxKeys', '99', '100'],
    ['NumericLessThan', 'oss:MaxKeys', '100.5', '100'],
    ['NumericLessThanEquals', 'oss:MaxKeys', '100', '99.9'],
    ['NumericGreaterThan', 'oss:MaxKeys', '-1', '100'],
    ['NumericGreaterThanEquals', 'oss:MaxKeys', '100', '101'],
    ['DateEquals', 'acs:CurrentTime', '2026-06-01T20:00:00+08:00', '2026-06-01'],
    ['DateNotEquals', 'acs:CurrentTime', '2026-06-01', '2026-06-01T12:00:00Z'],
    ['DateLessThan', 'acs:CurrentTime', '2026-06-01T12:00:01Z', '2026-06-01T12:00:00Z'],
    ['DateLessThanEquals', 'acs:CurrentTime', '2026-06-01T12:00:00Z', '2026-06-01T11:59:59Z'],
    ['DateGreaterThan', 'acs:CurrentTime', '2026-06-01T19:59:59+08:00', '2026-06-01T12:00:00Z'],
    ['DateGreaterThanEquals', 'acs:CurrentTime', '2026-06-01', '2026-06-02'],
    ['Bool', 'acs:SecureTransport', true, 'False'],
    ['IpAddress', 'acs:SourceIp', ['192.168.0.0/16', '10.0.0.0/8'], '10.1.2.4'],
    ['NotIpAddress', 'acs:SourceIp', '10.1.2.4/32', ['192.168.0.0/16', '10.0.0.0/8']],
  ]
  for (const [operator, key, holds, fails] of cases) {
    const kind = (value: unknown) =>
      decide([allow({ Condition: { [operator]: { [key]: value } } })], 'a:b', INSTANCE, context).kind
    assert.equal(kind(holds), 'Allow', `${operator} ${JSON.stringify(holds)}`)
    assert.equal(kind(fails), 'ImplicitDeny', `${operator} ${JSON.stringify(fails)}`)
  }
})

test('all operators and all keys of a condition must hold', () => {
  const condition = { IpAddress: { 'acs:SourceIp': '10.0.0.0/8' }, Bool: { 'acs:SecureTransport': 'true' } }
  const kind = (context: Record<string, string>) =>
    decide([allow({ Condition: condition })], 'a:b', INSTANCE, context).kind
  assert.equal(kind({ 'acs:SourceIp': '10.0.0.1', 'acs:SecureTransport': 'true' }), 'Allow')
  assert.equal(kind({ 'acs:SourceIp': '10.0.0.1', 'acs:SecureTransport': 'false' }), 'ImplicitDeny')
  assert.equal(kind({ 'acs:SourceIp': '11.0.0.1', 'acs:SecureTransport': 'true' }), 'ImplicitDeny')
})

test('IPv6 addresses, and IPv4 addresses written as IPv6', () => {
  const kind = (network: string, sourceIp: string) => {
    const condition = { IpAddress: { 'acs:SourceIp': network } }
    return decide([allow({ Condition: condition })], 'a:b', INSTANCE, { 'acs:SourceIp': sourceIp }).kind
  }
  assert.equal(kind('fd00::/8', 'fd12:3456::1'), 'Allow')
  assert.equal(kind('fd00::/8', 'fe80::1%eth0'), 'ImplicitDeny')
  assert.equal(kind('fe80::/10', 'fe80::1%eth0'), 'Allow')
  assert.equal(kind('10.0.0.0/8', '::ffff:10.1.2.3'), 'Allow')
  assert.equal(kind('0.0.0.0/0', '203.0.113.9'), 'Allow')
  assert.equal(kind('::1', '::1'), 'Allow')
})

test('what a request does not have fails a condition, and passes one with Not', () => {
  const kind = (statement: object) => decide([allow({}), statement], 'a:b').kind
  assert.equal(kind(deny({ Condition: { NotIpAddress: { 'acs:SourceIp': '10.0.0.0/8' } } })), 'ExplicitDeny')
  assert.equal(kind(deny({ Condition: { IpAddress: { 'acs:SourceIp': '10.0.0.0/8' } } })), 'Allow')
  assert.equal(kind(deny({ Condition: { Bool: { 'acs:MFAPresent': 'false' } } })), 'Allow')
})

test('hostile patterns cost pattern times text', () => {
  const pattern = `acs:oss:*:*:${'*a?'.repeat(100)}b`
  const started = performance.now()
  decide([allow({ Resource: pattern })], 'oss:GetObject', `acs:oss:*:1:${'a'.repeat(5000)}`)
  assert.ok(performance.now() - started < 200)
})

test('explain says which part of a statement does not match', () => {
  const policy = parsePolicy(
    'p',
    JSON.stringify({
      Version: '1',
      Statement: [
        allow({ Action: 'oss:*' }),
        allow({ Resource: 'acs:imagesearch:*:*:instance/other' }),
        allow({ Condition: { Bool: { 'acs:SecureTransport': 'true' } } }),
      ],
    }),
  )
  assert.deepEqual(explain([policy], question('imagesearch:Detail', INSTANCE, requestContext({}))), [
    { policy: 'p', statement: 1, effect: 'Allow', resource: false, conditions: true },
    { policy: 'p', statement: 2, effect: 'Allow', resource: true, conditions: false },
  ])
})

test('decides as a slow and plain evaluator does', () => {
  const word = fc.constantFrom('a', 'b', 'ab', 'ba', 'aa', '')
  const pattern = fc
    .array(fc.constantFrom('a', 'b', '*', '?'), { minLength: 1, maxLength: 5 })
    .map((parts) => parts.join(''))
  const actionPattern = fc.oneof(
    fc.constant('*'),
    fc.tuple(pattern, pattern).map(([s, a]) => `${s}:${a}`),
  )
  const resourcePattern = fc.oneof(
    fc.constant('*'),
    fc.constant('acs:*'),
    fc.tuple(pattern, fc.constantFrom('*', '1', ''), pattern).map(([s, account, r]) => `acs:${s}:x:${account}:${r}`),
  )
  const some = <T>(item: fc.Arbitrary<T>) => fc.array(item, { minLength: 1, maxLength: 3 })
  const condition = fc.record({
    operator: fc.constantFrom(
      'StringEquals',
      'StringNotEquals',
      'StringLike',
      'StringNotLike',
      'NumericLessThan',
      'Bool',
    ),
    key: fc.constantFrom('x:One', 'x:Two'),
    values: some(fc.constantFrom('a', 'b', '*', '1', '20', 'true', 'false')),
  })
  const statement: fc.Arbitrary<SlowStatement> = fc.record({
    effect: fc.constantFrom('Allow' as const, 'Deny' as const),
    actions: some(actionPattern),
    isNotAction: fc.boolean(),
    resources: some(resourcePattern),
    isNotResource: fc.boolean(),
    conditions: fc
      .uniqueArray(condition, { maxLength: 2, selector: ({ operator, key }) => `${operator} ${key}` })
      .map((list) =>
        list.map(({ operator, values, key }) => {
          const usable = operator === 'NumericLessThan' ? /^\d+$/ : operator === 'Bool' ? /^(true|false)$/ : /./
          const kept = values.filter((value) => usable.test(value))
          return { operator, key, values: kept.length > 0 ? kept : [operator === 'Bool' ? 'true' : '1'] }
        }),
      ),
  })
  const asked = fc.record({
    action: fc.tuple(word, word).map(([s, a]) => `${s}:${a}`),
    resource: fc.tuple(word, fc.constantFrom('1', '2'), word).map(([s, account, r]) => `acs:${s}:*:${account}:${r}`),
    context: fc.dictionary(fc.constantFrom('x:One', 'X:two'), fc.constantFrom('a', 'b', '1', '20', 'true'), {
      maxKeys: 2,
    }),
  })
  fc.assert(
    fc.property(
      fc.array(statement, { minLength: 1, maxLength: 5 }),
      asked,
      (statements, { action, resource, context }) => {
        const document = { Version: '1', Statement: statements.map(written) }
        const policy = parsePolicy('p', JSON.stringify(document))
        const decision = evaluate([policy], question(action, resource, requestContext(context)))
        assert.equal(decision.kind, slowDecision(statements, { action, resource, context }))
      },
    ),
    { numRuns: 3000 },
  )
})

/** The statement as a document has it. */
function written({ effect, actions, isNotAction, resources, isNotResource, conditions }: SlowStatement): object {
  const Condition: Record<string, Record<string, readonly string[]>> = {}
  for (const { operator, key, values } of conditions) {
    Condition[operator] = { ...Condition[operator], [key]: values }
  }
  return {
    Effect: effect,
    [isNotAction ? 'NotAction' : 'Action']: actions,
    [isNotResource ? 'NotResource' : 'Resource']: resources,
    Condition,
  }
}
