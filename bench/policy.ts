/**
 * How long one decision takes: 1,000 statements in ten policies, all about the action that is asked for, and none of
 * them matches, so that every resource and every tenth condition is looked at.
 */
import { evaluate, question } from '../src/access/policy/evaluate.ts'
import { parsePolicy } from '../src/access/policy/parse-policy.ts'
import { requestContext } from '../src/access/policy/request-context.ts'
import { percentile, report } from './report.ts'

const POLICIES = 10
const STATEMENTS = 100
const LIMIT_MS = 0.2

const ACTIONS = [['imagesearch:Search*', 'imagesearch:Detail'], 'imagesearch:*', ['oss:*', 'imagesearch:*Pic']]

function statement(i: number): object {
  return {
    Effect: i % 10 === 0 ? 'Deny' : 'Allow',
    Action: ACTIONS[i % ACTIONS.length],
    Resource:
      i % 10 === 3
        ? '*'
        : [
            `acs:imagesearch:*:*:instance/shop-${i}`,
            `acs:imagesearch:*:*:instance/team-${i}-*`,
            'acs:oss:*:*:b?cket/*',
          ],
    ...(i % 10 === 3 && { Condition: { IpAddress: { 'acs:SourceIp': `10.${i % 256}.0.0/16` } } }),
  }
}

const policies = Array.from({ length: POLICIES }, (_, p) =>
  parsePolicy(
    `policy-${p}`,
    JSON.stringify({
      Version: '1',
      Statement: Array.from({ length: STATEMENTS }, (_, i) => statement(p * STATEMENTS + i)),
    }),
  ),
)

/** A new context each time, as each request has. */
function decideOnce(): void {
  const context = requestContext({
    'acs:SourceIp': '192.168.1.1',
    'acs:SecureTransport': 'true',
    'acs:CurrentTime': new Date().toISOString(),
  })
  evaluate(
    policies,
    question('imagesearch:SearchImageByPic', 'acs:imagesearch:*:1234567890123456:instance/none', context),
  )
}

for (let i = 0; i < 2000; i++) decideOnce()
const times: number[] = []
for (let i = 0; i < 5000; i++) {
  const started = performance.now()
  decideOnce()
  times.push(performance.now() - started)
}
const isKept = report('policy', [
  { name: 'one decision, 1,000 statements, p50', value: percentile(times, 0.5), unit: 'ms', atMost: LIMIT_MS },
  { name: 'one decision, 1,000 statements, p95', value: percentile(times, 0.95), unit: 'ms' },
])
process.exitCode = isKept ? 0 : 1
