import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLog } from './log.ts'

function capture(): { lines: Record<string, unknown>[]; to: { write: (text: string) => void } } {
  const lines: Record<string, unknown>[] = []
  return { lines, to: { write: (text) => lines.push(JSON.parse(text)) } }
}

test('secrets do not reach the log, however deep they lie in a message', () => {
  const { lines, to } = capture()
  createLog({ level: 'info', to }).info({
    secret: 's3cr3t',
    key: { accessKeySecret: 's3cr3t' },
    req: { headers: { authorization: 's3cr3t', cookie: 's3cr3t', 'x-acs-security-token': 's3cr3t', host: 'a' } },
  })
  assert.doesNotMatch(JSON.stringify(lines), /s3cr3t/)
  assert.match(JSON.stringify(lines), /"host":"a"/)
})

test('a line carries time, level as a word and the cause of an error', () => {
  const { lines, to } = capture()
  createLog({ level: 'info', to }).error({ err: new Error('outer', { cause: new Error('inner') }) }, 'it failed')
  const line = lines[0] as { level: string; time: string; msg: string; err: { stack: string } }
  assert.equal(line.level, 'error')
  assert.equal(line.msg, 'it failed')
  assert.ok(Number.isFinite(Date.parse(line.time)))
  assert.match(line.err.stack, /inner/)
})

test('messages below the level are left out', () => {
  const { lines, to } = capture()
  createLog({ level: 'warn', to }).info('quiet')
  assert.deepEqual(lines, [])
})
