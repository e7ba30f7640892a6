/**
 * Import of the grocery set beside decoding and embedding the same bytes alone; memory at one and at ten times the rows.
 *
 *     npm run bench import [-- --copies=10]
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { labels, makeBucket, SHARED_DATA } from './datasets.ts'
import { measureDecodeEmbedRate, measureWorkersAlone } from './encoder-rate.ts'
import { report } from './report.ts'
import { importToEnd, startServer } from './server.ts'

const { values } = parseArgs({ options: { copies: { type: 'string', default: '10' } } })
const copies = Number(values.copies)
const pictures = labels('grocery')
const files = pictures.map(({ path }) => join(SHARED_DATA, 'grocery', path))
const folder = mkdtempSync(join(tmpdir(), 'sightline-bench-bucket-'))

try {
  makeBucket(join(folder, 'once'), 'grocery', pictures)
  makeBucket(join(folder, 'many'), 'grocery', pictures, copies)
  const before = await measureDecodeEmbedRate(files)
  const once = await importInto('once')
  const after = await measureDecodeEmbedRate(files)
  const workers = await measureWorkersAlone(files)
  const many = await importInto('many')
  const bare = (before.picturesPerSecond + after.picturesPerSecond) / 2
  const isKept = report('import', [
    { name: 'decode and embed alone (before, after: mean)', value: bare, unit: 'pict/s' },
    { name: `import of ${once.rows} rows`, value: once.rate, unit: 'rows/s' },
    { name: 'import / decode and embed alone', value: once.rate / bare, unit: '', atLeast: 0.85 },
    {
      name: "decode and embed by the server's worker processes, alone",
      value: workers.picturesPerSecond,
      unit: 'pict/s',
    },
    { name: 'import / those', value: once.rate / workers.picturesPerSecond, unit: '' },
    { name: 'rows not ok', value: once.notOk + many.notOk, unit: 'rows', atMost: 0 },
    { name: 'peak memory of the server', value: once.peakMb, unit: 'MB', atMost: 700 },
    { name: `import of ${many.rows} rows`, value: many.rate, unit: 'rows/s' },
    { name: `peak memory, ${copies} times the rows`, value: many.peakMb, unit: 'MB', atMost: 700 },
    { name: 'peak memory, many / once', value: many.peakMb / once.peakMb, unit: '', atMost: 1.1 },
  ])
  process.exitCode = isKept ? 0 : 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function importInto(bucketFolder: string) {
  const server = await startServer()
  try {
    await server.rest('POST', '/instances', { name: 'grocery', serviceType: 'generic' })
    await server.rest('POST', '/buckets', { name: 'grocery', folder: join(folder, bucketFolder) })
    const end = await importToEnd(server, 'grocery', 'grocery')
    if (end.state !== 'done') throw new Error(`the import ended as ${end.state}: ${end.code} ${end.message}`)
    return { rows: end.lines, rate: end.lines / end.seconds, notOk: end.failed + end.skipped, peakMb: server.peakMb() }
  } finally {
    await server.stop()
  }
}
