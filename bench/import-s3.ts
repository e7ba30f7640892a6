/**
 * Import of the grocery set from an S3 store on the same machine (Ceph's gateway), beside the same from a folder. The
 * store takes its share of the processors, too.
 *
 *     npm run bench import-s3 [-- --rows=1000]
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Radosgw, radosgwMissing, startRadosgw } from '../test/peers/radosgw.ts'
import { storeWriter } from '../test/peers/store-peer.ts'
import { labels, makeBucket, SHARED_DATA } from './datasets.ts'
import { report } from './report.ts'
import { importToEnd, startServer } from './server.ts'

const STORE_BUCKET = 'grocery'
const PARALLEL_PUTS = 16

const missing = radosgwMissing()
if (missing) throw new Error(missing)
const all = labels('grocery')
const { values } = parseArgs({ options: { rows: { type: 'string', default: String(all.length) } } })
const pictures = all.slice(0, Number(values.rows))
const folder = mkdtempSync(join(tmpdir(), 'sightline-bench-s3-'))
const radosgw = await startRadosgw()

try {
  makeBucket(folder, 'grocery', pictures)
  await fill(radosgw)
  const fromFolder = { name: 'grocery', folder }
  const { endpoint, accessKeyId, accessKeySecret } = radosgw
  const fromStore = {
    name: 'grocery',
    driver: 's3',
    options: { bucket: STORE_BUCKET, endpoint },
    credentials: { accessKeyId, accessKeySecret },
  }
  // Around the store's, so that a machine that slows down does not decide.
  const before = await importFrom(fromFolder)
  const store = await importFrom(fromStore)
  const after = await importFrom(fromFolder)
  const folderRate = (before.rate + after.rate) / 2
  const isKept = report('import-s3', [
    {
      name: `import of ${pictures.length} rows from a folder (before, after: mean)`,
      value: folderRate,
      unit: 'rows/s',
    },
    { name: 'the same from radosgw', value: store.rate, unit: 'rows/s' },
    { name: 'radosgw / folder', value: store.rate / folderRate, unit: '', atLeast: 0.8 },
    { name: 'rows not ok', value: before.notOk + store.notOk + after.notOk, unit: 'rows', atMost: 0 },
    { name: 'peak memory of the server, folder', value: before.peakMb, unit: 'MB' },
    { name: 'peak memory of the server, radosgw', value: store.peakMb, unit: 'MB' },
  ])
  process.exitCode = isKept ? 0 : 1
} finally {
  await radosgw.stop()
  rmSync(folder, { recursive: true, force: true })
}

async function fill(peer: Radosgw): Promise<void> {
  const writer = storeWriter(peer)
  await writer.makeBucket(STORE_BUCKET)
  await writer.put(STORE_BUCKET, 'increment.meta', readFileSync(join(folder, 'increment.meta')))
  for (let start = 0; start < pictures.length; start += PARALLEL_PUTS) {
    const puts = pictures
      .slice(start, start + PARALLEL_PUTS)
      .map(({ path }) => writer.put(STORE_BUCKET, path, readFileSync(join(SHARED_DATA, 'grocery', path))))
    await Promise.all(puts)
  }
  writer.client.destroy()
}

async function importFrom(bucket: object) {
  const server = await startServer()
  try {
    await server.rest('POST', '/instances', { name: 'grocery', serviceType: 'generic' })
    await server.rest('POST', '/buckets', bucket)
    const end = await importToEnd(server, 'grocery', 'grocery')
    if (end.state !== 'done') throw new Error(`the import ended as ${end.state}: ${end.code} ${end.message}`)
    return { rate: end.lines / end.seconds, notOk: end.failed + end.skipped, peakMb: server.peakMb() }
  } finally {
    await server.stop()
  }
}
