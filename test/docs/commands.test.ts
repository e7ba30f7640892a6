import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { serve } from '../cli/sightline.ts'
import { madePicture } from '../harness.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const run = promisify(execFile)

/** Commands of the docs that other suites run, or that stand for what only a person has. */
const ELSEWHERE = /^(npm (ci|start|test|run (demo|build:console))|sightline serve)\b|^curl .*…/

/**
 * `sightline` as the docs write it. 3 (some rows failed) is what the docs speak of; steering an import that has ended
 * answers 1; wrong usage is never right.
 */
const PRELUDE = `
set -euo pipefail
sightline() {
  local status=0
  "$NODE" "$LAUNCHER" "$@" || status=$?
  case "$status $1 \${2-}" in
    "3 "*|"1 import pause"|"1 import resume"|"1 import cancel") return 0 ;;
  esac
  return "$status"
}
`

interface Page {
  readonly path: string
  /** Run before the page's own commands. */
  readonly before?: string
  /** What stands in the page -> what it is here. */
  readonly here?: (folder: string) => Readonly<Record<string, string>>
}

const PAGES: readonly Page[] = [
  { path: 'README.md' },
  {
    path: 'docs/guides/import.md',
    here: (folder) => ({ '/srv/pictures': `${folder}/pictures`, ' 7': ' 1' }),
  },
  {
    path: 'docs/guides/callbacks.md',
    before: `
      sightline instance create shop --type generic
      sightline bucket add pictures --folder "$PWD/pictures"
    `,
    here: () => ({ ' 7': ' 1' }),
  },
  {
    path: 'docs/guides/buckets.md',
    before: `echo '{"accessKeyId": "AKIAEXAMPLE", "accessKeySecret": "example"}' > key.json`,
    here: (folder) => ({ '/srv/photos': `${folder}/photos` }),
  },
  {
    path: 'docs/guides/access.md',
    before: `
      sightline instance create shop --type generic
      sightline bucket add imagesearch-increment --folder "$PWD/pictures"
      sightline user create shop
    `,
  },
  { path: 'docs/guides/console.md' },
  {
    path: 'docs/guides/operations.md',
    here: (folder) => ({ '/srv/sightline': `${folder}/data`, '/backups': `${folder}/backups` }),
  },
]

for (const page of PAGES) {
  test(`every command of ${page.path} works`, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'sightline-docs-'))
    await fill(folder)
    const server = await serve(join(folder, 'data'), ['--account-id', '1234567890123456', '--log-level', 'warn'])
    t.after(async () => {
      await server.stop()
      await rm(folder, { recursive: true })
    })

    const blocks = shellBlocks(await readFile(join(ROOT, page.path), 'utf8'))
    let script = `${PRELUDE}${page.before ?? ''}\n${blocks.join('\n')}`
    for (const [there, here] of Object.entries(page.here?.(folder) ?? {})) script = script.replaceAll(there, here)
    const env = {
      PATH: process.env.PATH,
      NODE: process.execPath,
      LAUNCHER: join(ROOT, 'bin', 'sightline.js'),
      SIGHTLINE_DATA: join(folder, 'data'),
    }
    const ended = await run('bash', ['-c', script], { cwd: folder, env }).catch((error) => error)
    assert.equal(ended.code ?? 0, 0, `${script.slice(PRELUDE.length)}\n---\n${ended.stdout}\n${ended.stderr}`)
  })
}

/** Pictures and folders under the names that the docs use. */
async function fill(folder: string): Promise<void> {
  for (const [i, name] of ['red-shoe.jpg', 'blue-shoe.jpg', 'photo-of-a-shoe.jpg'].entries()) {
    await writeFile(join(folder, name), await madePicture(i))
  }
  const manifest = ['a.png', 'missing.png'].map((name) =>
    JSON.stringify({ OperationType: 'ADD', ProductId: name, PicName: name }),
  )
  for (const place of ['photos', 'pictures/june', 'pictures/july', 'pictures/increment']) {
    await mkdir(join(folder, place), { recursive: true })
    await writeFile(join(folder, place, 'a.png'), await madePicture(1))
    await writeFile(join(folder, place, 'increment.meta'), manifest.join('\n'))
  }
  await mkdir(join(folder, 'again'))
}

/** What stands between ```sh and ```, without transcripts (`$ command` and its answer) and what others run. */
function shellBlocks(page: string): string[] {
  const blocks = [...page.matchAll(/^```(?:sh|bash|shell)\n([\s\S]*?)^```/gm)].map(([, block = '']) => block)
  const commands = blocks
    .filter((block) => !block.startsWith('$ '))
    .map((block) =>
      block
        .replaceAll('\\\n', ' ')
        .split('\n')
        .filter((line) => !ELSEWHERE.test(line))
        .join('\n'),
    )
  return commands.filter((block) => block.trim() !== '')
}
