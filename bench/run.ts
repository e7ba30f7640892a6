/**
 * `npm run bench [name ...] [-- --option=value ...]`: runs the named benchmarks, or all, one after another, each in a
 * process of its own; options are theirs.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const BENCHMARKS = [
  'encoder-rate',
  'import',
  'import-s3',
  'rows',
  'search-during-import',
  'requests',
  'gateway',
  'bodies',
  'retrieval',
  'vectors',
  'ugly',
  'policy',
  'category',
  'copies',
  'score',
] as const

const given = process.argv.slice(2)
const names = given.filter((argument) => !argument.startsWith('-'))
const options = given.filter((argument) => argument.startsWith('-'))
const unknown = names.filter((name) => !(BENCHMARKS as readonly string[]).includes(name))
if (unknown.length > 0) {
  console.error(`Expected names of ${BENCHMARKS.join(', ')}, got ${unknown.join(', ')}.`)
  process.exit(2)
}
const failed: string[] = []
for (const name of names.length > 0 ? names : BENCHMARKS) {
  const file = fileURLToPath(new URL(`./${name}.ts`, import.meta.url))
  const { status } = spawnSync(process.execPath, [file, ...options], { stdio: 'inherit' })
  if (status !== 0) failed.push(name)
}
console.log(failed.length === 0 ? '\nEvery bound is kept.' : `\nBounds not kept, or failed: ${failed.join(', ')}`)
process.exitCode = failed.length === 0 ? 0 : 1
