/**
 * All hard and hostile files of `../shared/data/ugly` as rows of one import: every row has an outcome, the server lives.
 *
 *     npm run bench ugly
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeBucket, SHARED_DATA } from './datasets.ts'
import { report } from './report.ts'
import { importToEnd, startServer } from './server.ts'

const [, ...rows] = readFileSync(join(SHARED_DATA, 'ugly', 'manifest.csv'), 'utf8')
  .trim()
  .split(/\r?\n/)
const pictures = rows.map((row) => ({ path: row.split(',')[0]!, product: 'ugly', category: 'ugly' }))
const folder = mkdtempSync(join(tmpdir(), 'sightline-bench-'))
const server = await startServer()
try {
  makeBucket(folder, 'ugly', pictures)
  await server.rest('POST', '/instances', { name: 'ugly', serviceType: 'generic' })
  await server.rest('POST', '/buckets', { name: 'ugly', folder })
  const end = await importToEnd(server, 'ugly', 'ugly')
  console.log(end.causes)
  const isAlive = (await server.rest<unknown[]>('GET', '/instances')) !== undefined
  const isKept = report('ugly', [
    { name: 'rows', value: end.lines, unit: '', atLeast: 147, atMost: 147 },
    { name: 'ok', value: end.ok, unit: '' },
    { name: 'failed with a code', value: Object.values(end.causes).reduce((a, b) => a + b, 0), unit: '' },
    { name: 'rows without outcome', value: end.lines - end.ok - end.failed - end.skipped, unit: '', atMost: 0 },
    { name: 'server answers afterwards', value: Number(isAlive), unit: '', atLeast: 1 },
    { name: 'peak memory', value: server.peakMb(), unit: 'MB', atMost: 1200 },
  ])
  process.exitCode = isKept ? 0 : 1
} finally {
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
}
