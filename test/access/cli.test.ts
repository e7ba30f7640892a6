/**
 * The command line manages access on a running server.
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { openTestServer, type TestServer } from '../harness.ts'

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))

let server: TestServer
before(async () => {
  server = await openTestServer()
})
after(() => server.cleanUp())

/** Runs a command on the test's server, with the credentials of its data folder or a given key. */
function sightline(args: string[], env: Record<string, string> = {}) {
  const settings = { SIGHTLINE_DATA: server.dataDir, ...env, PATH: process.env.PATH ?? '' }
  return new Promise<{ status: number; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, [MAIN, ...args], { env: settings }, (error, stdout, stderr) => {
      resolve({ status: error ? Number(error.code) : 0, stdout, stderr })
    })
  })
}

async function json<T>(args: string[]): Promise<T> {
  const { status, stdout, stderr } = await sightline([...args, '--json'])
  assert.equal(status, 0, stderr)
  return JSON.parse(stdout) as T
}

async function policyFile(action: string, resource: string): Promise<string> {
  const file = join(server.dataDir, `${action.replace(':', '-')}.json`)
  const statement = { Effect: 'Allow', Action: [action], Resource: [resource] }
  await writeFile(file, JSON.stringify({ Version: '1', Statement: [statement] }))
  return file
}

test('steps 5 to 8 of the official page end with an ARN that may read its folder', async () => {
  const created = await sightline(['role', 'create', 'imagesearch-import'])
  const file = await policyFile('oss:GetObject', 'acs:oss:*:*:imagesearch-increment/increment/*')
  await json(['policy', 'create', 'increment', file])
  await json(['policy', 'attach', 'increment', '--role', 'imagesearch-import'])
  const role = await json<{ arn: string; policies: string[] }>(['role', 'show', 'imagesearch-import'])
  assert.deepEqual(role.policies, ['increment'])
  assert.ok(created.stdout.includes(role.arn))

  const simulate = ['access', 'simulate', '--role', 'imagesearch-import', 'oss:GetObject']
  const inside = await sightline([...simulate, 'acs:oss:*:*:imagesearch-increment/increment/a.jpg'])
  assert.match(inside.stdout, /^Allowed: .*, by statement 0 of increment\./)
  const outside = await sightline([...simulate, 'acs:oss:*:*:imagesearch-increment/a.jpg'])
  assert.deepEqual([outside.status, outside.stdout.split(':')[0]], [1, 'NOT ALLOWED'])
})

test('a user gets a key, a policy, does what it allows, and loses the key', async () => {
  await json(['user', 'create', 'anna', '--display-name', 'Anna'])
  const key = await json<{ id: string; secret: string }>(['key', 'create', 'anna'])
  const anna = {
    SIGHTLINE_ACCESS_KEY_ID: key.id,
    SIGHTLINE_ACCESS_KEY_SECRET: key.secret,
    SIGHTLINE_ENDPOINT: server.endpoint,
  }

  const denied = await sightline(['instance', 'list'], anna)
  assert.equal(denied.status, 1)
  assert.match(denied.stderr, /^NoPermission: imagesearch:ListInstances on /)
  await json(['policy', 'attach', 'AliyunImagesearchReadOnlyAccess', '--user', 'anna'])
  assert.equal((await sightline(['instance', 'list'], anna)).status, 0)
  assert.match(
    (await sightline(['user', 'show', 'anna'])).stdout,
    new RegExp(`AliyunImagesearchReadOnlyAccess[^]*${key.id}`),
  )

  assert.equal((await sightline(['key', 'disable', key.id])).status, 0)
  assert.match((await sightline(['instance', 'list'], anna)).stderr, /^AccessKeyInactive/)
  const audit = await sightline(['access', 'audit', '--outcome', 'denied'])
  assert.match(audit.stdout, /imagesearch:ListInstances/)
})

test('wrong usage says what is wrong', async () => {
  const neither = await sightline(['policy', 'attach', 'increment'])
  assert.match(neither.stderr, /Expected --user, --role to be given one of both, got neither/)
  const missing = await sightline(['policy', 'create', 'x', '/nowhere.json'])
  assert.match(missing.stderr, /a file that can be read/)
  await writeFile(join(server.dataDir, 'broken.json'), '{"Version": "1",\n "Statement": [}')
  const broken = await sightline(['policy', 'create', 'x', join(server.dataDir, 'broken.json')])
  assert.match(broken.stderr, /PolicyInvalid: .*the document: expected JSON/)
})
