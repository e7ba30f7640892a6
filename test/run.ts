/**
 * `npm test`: everything that this machine can test. Checks first (format, types, import rules, generated docs), then
 * all suites. Stops at the first check that fails.
 *
 * Arguments are test files to run instead of all, without the checks: `npm test -- src/ops/lock.test.ts`.
 */
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const SUITES = ['src/**/*.test.ts', 'test/**/*.test.ts']
/** As many files at a time as the smallest machine has processors: suites with servers and workers need them. */
const CONCURRENCY = 2
const TIMEOUT_MS = 180_000

const CHECKS: readonly (readonly [name: string, command: string, ...args: string[]])[] = [
  ['format and lint', 'biome', 'check', '--error-on-warnings'],
  ['types', 'tsc', '--noEmit'],
  ['types of the console', 'tsc', '--noEmit', '-p', 'console'],
  ['import rules', 'depcruise', 'src'],
  ['generated docs', process.execPath, 'docs/generate.ts', '--check'],
]

function run(command: string, args: readonly string[]): number {
  const path = `${ROOT}node_modules/.bin:${process.env.PATH}`
  const { status, error } = spawnSync(command, args, {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, PATH: path },
  })
  if (error) console.error(error.message)
  return status ?? 1
}

function check(): boolean {
  for (const [name, command, ...args] of CHECKS) {
    const start = performance.now()
    if (run(command, args) !== 0) {
      console.log(`\nFAILED: ${name} (${command} ${args.join(' ')})\n0 passed, 1 failed`)
      return false
    }
    console.log(`ok: ${name}, ${((performance.now() - start) / 1000).toFixed(1)} s`)
  }
  return true
}

const chosen = process.argv.slice(2)
const files = chosen.length > 0 ? chosen : SUITES.flatMap((pattern) => globSync(pattern, { cwd: ROOT })).sort()
if (chosen.length > 0 || check()) {
  process.exitCode = run(process.execPath, [
    '--test',
    `--test-concurrency=${CONCURRENCY}`,
    `--test-timeout=${TIMEOUT_MS}`,
    '--test-reporter=./test/reporter.ts',
    ...files,
  ])
} else {
  process.exitCode = 1
}
