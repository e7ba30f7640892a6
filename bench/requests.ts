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
import { type Answer, rawClient } from './raw-client.ts'
import { percentile, report } from './report.ts'
import { importToEnd, startServer } from './server.ts'
import { workload } from './workload.ts'

const CALLERS = 8
const CALLS = 1500
const WARM_CALLS = 200

const pictures = [...labels('grocery'), ...labels('grocery').slice(0, 138)] // 3,000 images
const bucket = mkdtempSync(join(tmpdir(), 'sightline-bench-bucket-'))
const dataDir = mkdtempSync(join(tmpdir(), 'sightline-bench-data-'))
const asked = labels('grocery')
  .slice(0, CALLS)
  .map(({ path }) => readFileSync(join(SHARED_DATA, 'grocery', path)).toString('base64'))
const keys = asked.map((_, index) => ({ InstanceName: 'added', ProductId: `${index}.jpg`, PicName: `${index}.jpg` }))

try {
  makeBucket(bucket, 'grocery', pictures)
  const empty = await startServer(dataDir)
  await empty.rest('POST', '/instances', { name: 'grocery', serviceType: 'generic' })
  for (const name of ['warm', 'added', 'added-alone'])
    await empty.rest('POST', '/instances', { name, serviceType: 'generic' })
  await empty.rest('POST', '/buckets', { name: 'grocery', folder: bucket })
  const end = await importToEnd(empty, 'grocery', 'grocery')
  await empty.stop()

  const server = await startServer(dataDir)
  const files = pictures.slice(0, CALLS).map(({ path }) => join(SHARED_DATA, 'grocery', path))
  const bare = await measureDecodeEmbedRate(files)
  const clients = await Promise.all(Array.from({ length: CALLERS }, () => rawClient(server.port)))
  const searchesOf = (pictures: readonly string[]) =>
    pictures.map((PicContent) => server.rpcBytes('SearchImageByPic', { InstanceName: 'grocery', PicContent }))
  const searches = searchesOf(asked)
  const additionsTo = (name: string) =>
    keys.map((key, index) => server.rpcBytes('AddImage', { ...key, InstanceName: name, PicContent: asked[index]! }))
  const additions = additionsTo('added-alone')
  const warmSearches = searchesOf(asked.slice(0, WARM_CALLS))
  const warmAdditions = additionsTo('warm')
  await workload({ callers: CALLERS, count: WARM_CALLS }, async (index, caller) => {
    ok(await clients[caller]!.send(warmSearches[index]!))
    ok(await clients[caller]!.send(warmAdditions[index]!))
  })
  const search = await workload({ callers: CALLERS, count: CALLS }, async (index, caller) => {
    ok(await clients[caller]!.send(searches[index]!))
  })
  const addition = await workload({ callers: CALLERS, count: CALLS }, async (index, caller) => {
    ok(await clients[caller]!.send(additions[index]!))
  })
  const followed = additionsTo('added')
  const lookUps = keys.map((key) => server.rpcBytes('SearchImageByName', { ...key, Num: '5' }))
  const answers: Buffer[] = []
  const addAndSearch = await workload({ callers: CALLERS, count: CALLS }, async (index, caller) => {
    ok(await clients[caller]!.send(followed[index]!))
    answers[index] = ok(await clients[caller]!.send(lookUps[index]!))
  })
  const missed = answers.filter((answer, index) => {
    const { Auctions } = JSON.parse(answer.toString()) as { Auctions: { ProductId: string }[] }
    return !Auctions.some(({ ProductId }) => ProductId === keys[index]!.ProductId)
  }).length
  for (const client of clients) client.close()
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
    { name: 'AddImage, 8 callers', value: addition.callsPerSecond, unit: 'calls/s' },
    { name: 'AddImage / decode and embed', value: addition.callsPerSecond / rate, unit: '', atLeast: 0.6 },
    { name: 'AddImage p50', value: percentile(addition.timesMs, 0.5), unit: 'ms' },
    { name: 'AddImage p95', value: percentile(addition.timesMs, 0.95), unit: 'ms' },
    { name: 'AddImage, each followed by a search for it', value: addAndSearch.callsPerSecond, unit: 'pairs/s' },
    { name: 'such pairs / decode and embed', value: addAndSearch.callsPerSecond / rate, unit: '' },
    { name: 'added but not found by the next search', value: missed, unit: '', atMost: 0 },
  ])
  process.exitCode = isKept ? 0 : 1
} finally {
  rmSync(bucket, { recursive: true, force: true })
  rmSync(dataDir, { recursive: true, force: true })
}

function ok({ status, body }: Answer): Buffer {
  if (status !== 200) throw new Error(`${status} ${body}`)
  return body
}
