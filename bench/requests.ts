/**
 * Search by picture and AddImage at 8 callers, beside the rate of decoding and embedding alone; start times.
 *
 *     npm run bench requests
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { labels, makeBucket, SHARED_DATA } from './datasets.ts'
import { measureDecodeEmbedRate } from './encoder-rate.ts'
import { percentile, report } from './report.ts'
import { formOf, importToEnd, startServer } from './server.ts'
import { workload } from './workload.ts'

const CALLERS = 8
const CALLS = 1500

const pictures = [...labels('grocery'), ...labels('grocery').slice(0, 138)] // 3,000 images
const bucket = mkdtempSync(join(tmpdir(), 'sightline-bench-bucket-'))
const dataDir = mkdtempSync(join(tmpdir(), 'sightline-bench-data-'))
const asked = labels('grocery')
  .slice(0, CALLS)
  .map(({ path }) => readFileSync(join(SHARED_DATA, 'grocery', path)).toString('base64'))
const searches = asked.map((PicContent) => formOf({ InstanceName: 'grocery', PicContent }))
const keys = asked.map((_, index) => ({ InstanceName: 'added', ProductId: `${index}.jpg`, PicName: `${index}.jpg` }))
const additions = asked.map((PicContent, index) => formOf({ ...keys[index], PicContent }))

try {
  makeBucket(bucket, 'grocery', pictures)
  const empty = await startServer(dataDir)
  await empty.rest('POST', '/instances', { name: 'grocery', serviceType: 'generic' })
  await empty.rest('POST', '/instances', { name: 'added', serviceType: 'generic' })
  await empty.rest('POST', '/buckets', { name: 'grocery', folder: bucket })
  const end = await importToEnd(empty, 'grocery', 'grocery')
  await empty.stop()

  const server = await startServer(dataDir)
  const files = pictures.slice(0, CALLS).map(({ path }) => join(SHARED_DATA, 'grocery', path))
  const bare = await measureDecodeEmbedRate(files)
  const search = await workload({ callers: CALLERS, count: CALLS }, async (index) => {
    await server.rpc('SearchImageByPic', searches[index]!)
  })
  let missed = 0
  const timesMs: number[] = []
  const addAndSearch = await workload({ callers: CALLERS, count: CALLS }, async (index) => {
    const before = performance.now()
    await server.rpc('AddImage', additions[index]!)
    timesMs.push(performance.now() - before)
    const key = keys[index]!
    const form = { ...key, Num: '5' }
    const answer = await server.rpc<{ Auctions: { ProductId: string }[] }>('SearchImageByName', form)
    if (!answer.Auctions.some(({ ProductId }) => ProductId === key.ProductId)) missed++
  })
  const bareAfter = await measureDecodeEmbedRate(files)
  await server.stop()
  const rate = (bare.picturesPerSecond + bareAfter.picturesPerSecond) / 2
  const isKept = report('requests', [
    { name: 'images stored', value: end.ok, unit: '' },
    { name: 'start on an empty folder', value: empty.readyMs / 1000, unit: 's', atMost: 3 },
    { name: 'start on a folder with 3,000 images', value: server.readyMs / 1000, unit: 's', atMost: 2 },
    { name: 'decode and embed alone (before, after: mean)', value: rate, unit: 'pict/s' },
    { name: 'search by picture, 8 callers', value: search.callsPerSecond, unit: 'calls/s' },
    { name: 'search by picture / decode and embed', value: search.callsPerSecond / rate, unit: '', atLeast: 0.7 },
    { name: 'search by picture p50', value: percentile(search.timesMs, 0.5), unit: 'ms' },
    { name: 'search by picture p95', value: percentile(search.timesMs, 0.95), unit: 'ms' },
    { name: 'AddImage, each followed by a search', value: addAndSearch.callsPerSecond, unit: 'pairs/s' },
    { name: 'AddImage / decode and embed', value: addAndSearch.callsPerSecond / rate, unit: '', atLeast: 0.6 },
    { name: 'AddImage p50', value: percentile(timesMs, 0.5), unit: 'ms' },
    { name: 'AddImage p95', value: percentile(timesMs, 0.95), unit: 'ms' },
    { name: 'added but not found by the next search', value: missed, unit: '', atMost: 0 },
  ])
  process.exitCode = isKept ? 0 : 1
} finally {
  rmSync(bucket, { recursive: true, force: true })
  rmSync(dataDir, { recursive: true, force: true })
}
