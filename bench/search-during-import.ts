/**
 * Searches by picture while an import runs, beside the same searches without it: in turns, so that both see the same
 * machine.
 *
 *     npm run bench search-during-import
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { labels, makeBucket, SHARED_DATA } from './datasets.ts'
import { percentile, report } from './report.ts'
import { type BenchServer, importToEnd, startServer } from './server.ts'
import { workload } from './workload.ts'

/** One after the other, and as many as there are processors: searches then wait for the import, and not for another. */
const CALLERS = [1, 2]
const ROUNDS = 2
const CALLS = 200
/** The import must outlast the searches; it is cancelled after them. */
const COPIES = 20

const pictures = labels('grocery')
const queries = pictures
  .slice(0, CALLS)
  .map(({ path }) => readFileSync(join(SHARED_DATA, 'grocery', path)).toString('base64'))
const folder = mkdtempSync(join(tmpdir(), 'sightline-bench-bucket-'))
const server = await startServer()

try {
  makeBucket(join(folder, 'few'), 'grocery', pictures.slice(0, 500))
  makeBucket(join(folder, 'many'), 'grocery', pictures, COPIES)
  for (const name of ['few', 'many']) {
    await server.rest('POST', '/instances', { name, serviceType: 'generic' })
    await server.rest('POST', '/buckets', { name, folder: join(folder, name) })
  }
  await importToEnd(server, 'few', 'few')
  await searches(1)
  const figures = []
  for (const callers of CALLERS) figures.push(...(await compare(callers)))
  process.exitCode = report('search-during-import', figures) ? 0 : 1
} finally {
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
}

async function compare(callers: number) {
  const without: number[] = []
  const during: number[] = []
  let rows = 0
  let seconds = 0
  for (let round = 0; round < ROUNDS; round++) {
    without.push(...(await searches(callers)))
    const { id } = await server.rest<{ id: number }>('POST', '/instances/many/imports', { bucket: 'many', path: '/' })
    const before = await firstRows(server, id)
    const start = performance.now()
    during.push(...(await searches(callers)))
    seconds += (performance.now() - start) / 1000
    const { state, ok } = await server.rest<{ state: string; ok: number }>('GET', `/imports/${id}`)
    if (state !== 'running') throw new Error(`the import was ${state} before the searches had ended`)
    rows += ok - before
    await server.rest('POST', `/imports/${id}/cancel`)
  }
  const name = `${callers} ${callers === 1 ? 'caller' : 'callers'}`
  const [p95, p95During] = [percentile(without, 0.95), percentile(during, 0.95)]
  return [
    { name: `${name}: search p50 without`, value: percentile(without, 0.5), unit: 'ms' },
    { name: `${name}: search p50 during an import`, value: percentile(during, 0.5), unit: 'ms' },
    { name: `${name}: search p95 without`, value: p95, unit: 'ms' },
    { name: `${name}: search p95 during an import`, value: p95During, unit: 'ms' },
    { name: `${name}: p95 during / without`, value: p95During / p95, unit: '', atMost: 2 },
    { name: `${name}: rows imported meanwhile`, value: rows / seconds, unit: 'rows/s' },
  ]
}

async function searches(callers: number): Promise<readonly number[]> {
  const { timesMs } = await workload({ callers, count: CALLS }, async (index) => {
    await server.rpc('SearchImageByPic', { InstanceName: 'few', PicContent: queries[index]! })
  })
  return timesMs
}

/** Waits until the import is in full swing. @returns how many rows are done */
async function firstRows({ rest }: BenchServer, id: number): Promise<number> {
  for (;;) {
    const { ok } = await rest<{ ok: number }>('GET', `/imports/${id}`)
    if (ok >= 50) return ok
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
