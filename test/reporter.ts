/**
 * What a test run prints: a line a file, failures in full, then every skipped suite with what it needs, and last
 * `N passed, N failed, N skipped`.
 */
import { relative } from 'node:path'
import { Readable } from 'node:stream'
import type { TestEvent } from 'node:test/reporters'
import { spec } from 'node:test/reporters'

interface Counts {
  passed: number
  failed: number
  skipped: number
}

export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const files = new Map<string, Counts>()
  const failures: Extract<TestEvent, { type: 'test:fail' }>[] = []
  const skipped = new Map<string, number>()

  for await (const event of events) {
    if (event.type === 'test:stdout' || event.type === 'test:stderr') yield event.data.message
    if (event.type === 'test:summary' && event.data.file) {
      const name = relative(process.cwd(), event.data.file)
      const counts = files.get(name)
      if (counts) yield line(name, counts, event.data.duration_ms)
    }
    if (event.type !== 'test:pass' && event.type !== 'test:fail') continue
    const { file = '', details, skip, todo, name } = event.data
    const isTest = details.type === 'test'
    if (event.type === 'test:fail' && !todo) failures.push(event)
    if (!isTest || name === file) continue
    const counts = files.get(relative(process.cwd(), file)) ?? { passed: 0, failed: 0, skipped: 0 }
    files.set(relative(process.cwd(), file), counts)
    if (event.type === 'test:fail' && !todo) counts.failed++
    else if (skip !== undefined) counts.skipped++
    else counts.passed++
    if (skip !== undefined) {
      const why = `${relative(process.cwd(), file)}: ${typeof skip === 'string' ? skip : 'skipped'}`
      skipped.set(why, (skipped.get(why) ?? 0) + 1)
    }
  }

  if (failures.length > 0) yield* Readable.from(failures).pipe(new spec())
  if (skipped.size > 0) yield '\nSkipped:\n'
  for (const [why, count] of skipped) yield `  ${why} (${count} ${count === 1 ? 'test' : 'tests'})\n`
  if (skipped.size > 0 && process.env.CI) {
    yield 'With CI set nothing may be skipped.\n'
    process.exitCode = 1
  }
  const counts = [...files.values()]
  const passed = counts.reduce((sum, file) => sum + file.passed, 0)
  const skips = counts.reduce((sum, file) => sum + file.skipped, 0)
  // From the events and not from the files: a file that cannot be loaded is a failure without a test.
  const failed = failures.filter(({ data }) => data.details.type === 'test').length
  yield `\n${passed} passed, ${failed} failed, ${skips} skipped\n`
}

function line(name: string, { passed, failed, skipped }: Counts, ms: number): string {
  const sign = failed > 0 ? '✖' : skipped > 0 && passed === 0 ? '﹣' : '✔'
  const rest = [failed ? `${failed} failed` : '', skipped ? `${skipped} skipped` : ''].filter(Boolean).join(', ')
  return `${sign} ${name}: ${passed} passed${rest ? `, ${rest}` : ''} (${(ms / 1000).toFixed(1)} s)\n`
}
