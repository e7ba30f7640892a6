import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { madePicture } from '../harness.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const run = promisify(execFile)
/** A Node that is older than what the program needs, where the machine has one beside npm's. */
const OLD_NODES = ['/usr/bin/node', '/usr/local/bin/node']
const old = await oldNode()

test('the packed program, installed below a prefix, serves and searches with the model of the package', async (t) => {
  const home = await mkdtemp(join(tmpdir(), 'sightline-package-'))
  t.after(() => rm(home, { recursive: true }))
  await run('npm', ['run', 'prepack'], { cwd: ROOT })
  // Without scripts: `prepare` would build the console again under those who serve it.
  const packed = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', home], { cwd: ROOT })
  const [{ filename, files }] = JSON.parse(packed.stdout) as [{ filename: string; files: { path: string }[] }]
  const paths = files.map(({ path }) => path)
  for (const needed of ['dist/cli/main.js', 'models/sightline-mini/MODEL.md', 'LICENSE', 'README.md']) {
    assert.ok(paths.includes(needed), needed)
  }
  const stray = paths.filter((path) => /\.test\.|^(src|test|bench|console)\//.test(path))
  assert.deepEqual(stray, [])

  const prefix = join(home, 'prefix')
  const flags = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', '--prefix', prefix]
  await run('npm', ['install', '--global', ...flags, join(home, filename)], { cwd: home })
  const program = join(prefix, 'bin', 'sightline')
  const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { version: string }
  assert.equal((await run(program, ['--version'])).stdout.trim(), version)

  const data = join(home, 'data')
  const server = spawn(program, ['serve', '--data', data, '--port', '0', '--log-level', 'warn'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await new Promise<void>((resolve, reject) => {
    server.stdout.on('data', (chunk) => String(chunk).includes('address') && resolve())
    server.once('exit', (code) => reject(new Error(`the server ended with ${code}`)))
  })
  const sightline = (...args: string[]) => run(program, [...args, '--data', data], { cwd: home })
  await writeFile(join(home, 'a.png'), await madePicture(1))
  await sightline('instance', 'create', 'shop', '--type', 'generic')
  await sightline('image', 'add', 'shop', 'a.png', '--product', 'p1')
  assert.match((await sightline('search', 'shop', '--picture', 'a.png')).stdout, /^1 +1\.000 +p1 +a\.png/m)
  server.kill('SIGTERM')
  await once(server, 'exit')

  if (old) {
    const told = { stderr: /^sightline needs Node 24 or later, but this is/ }
    await assert.rejects(run(old, [program, '--version']), told)
  }
})

// Where there is no old Node the launcher has nothing to choose: no component is missing.
if (old) {
  test('in a checkout an old Node starts the program with the Node that npm ci has put there', async () => {
    assert.match((await run(old, [join(ROOT, 'bin', 'sightline.js'), '--version'])).stdout, /^\d+\.\d+\.\d+$/m)
  })
}

async function oldNode(): Promise<string | undefined> {
  for (const node of OLD_NODES.filter((path) => existsSync(path))) {
    const { stdout } = await run(node, ['--version'])
    if (Number(/^v(\d+)/.exec(stdout)?.[1]) < 24) return node
  }
  return undefined
}
