/**
 * What the door costs: processor time of signed searches by name beside the same searches inside the process.
 *
 *     npm run bench gateway
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openApp } from '../src/app.ts'
import { loadConfig } from '../src/ops/config.ts'
import { createLog } from '../src/ops/log.ts'
import { labels, makeBucket } from './datasets.ts'
import { percentile, report } from './report.ts'
import { importToEnd, startServer } from './server.ts'
import { workload } from './workload.ts'

const IMAGES = 3000
const CALLERS = 8
const CALLS = 4000

const grocery = labels('grocery')
const pictures = Array.from({ length: IMAGES }, (_, i) => grocery[i % grocery.length]!)
const bucket = mkdtempSync(join(tmpdir(), 'sightline-bench-bucket-'))
const dataDir = mkdtempSync(join(tmpdir(), 'sightline-bench-data-'))
try {
  makeBucket(bucket, 'grocery', pictures)
  const keyOf = (i: number) => ({
    productId: `${pictures[i % IMAGES]!.product}-${i % IMAGES}-0`,
    picName: pictures[i % IMAGES]!.path,
  })
  const server = await startServer(dataDir)
  await server.rest('POST', '/instances', { name: 'grocery', serviceType: 'generic' })
  await server.rest('POST', '/buckets', { name: 'grocery', folder: bucket })
  await importToEnd(server, 'grocery', 'grocery')
  const byName = async (i: number) => {
    const { productId, picName } = keyOf(i)
    await server.rpc('SearchImageByName', { InstanceName: 'grocery', ProductId: productId, PicName: picName })
  }
  await workload({ callers: CALLERS, count: 1000 }, byName)
  const cpuBefore = server.cpuMs()
  const signed = await workload({ callers: CALLERS, count: CALLS }, byName)
  const signedMs = (server.cpuMs() - cpuBefore) / CALLS
  await server.stop()

  const { config } = loadConfig({ flags: { dataDir } })
  const app = await openApp(config, createLog({ level: 'warn' }))
  const instance = await app.services.instances.get('grocery')
  const inside = async (i: number) => {
    await app.services.search.byName(instance, keyOf(i), { num: 10 })
  }
  await workload({ callers: CALLERS, count: 1000 }, inside)
  const before = process.cpuUsage()
  await workload({ callers: CALLERS, count: CALLS }, inside)
  const used = process.cpuUsage(before)
  const insideMs = (used.user + used.system) / 1000 / CALLS
  await app.close()

  const isKept = report('gateway', [
    { name: 'signed search by name, 8 callers', value: signed.callsPerSecond, unit: 'calls/s' },
    { name: 'signed search by name p95', value: percentile(signed.timesMs, 0.95), unit: 'ms' },
    { name: 'processor time of a signed search', value: signedMs, unit: 'ms' },
    { name: 'processor time of a search in the process', value: insideMs, unit: 'ms' },
    { name: 'signature, policies, routing, answer', value: signedMs - insideMs, unit: 'ms', atMost: 1.5 },
  ])
  process.exitCode = isKept ? 0 : 1
} finally {
  rmSync(bucket, { recursive: true, force: true })
  rmSync(dataDir, { recursive: true, force: true })
}
