/**
 * Retrieval through the whole service beside the same encoder with exact search outside the server.
 *
 *     npm run bench retrieval
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { centre, meanToTakeOut } from '../src/vectors/centring.ts'
import { createVision, PICTURE_RULES } from '../src/vision/index.ts'
import { type LabelledPicture, labels, makeBucket, SHARED_DATA } from './datasets.ts'
import { type Figure, report } from './report.ts'
import { nearest, precisionAt, recallAt } from './retrieval-figures.ts'
import { type BenchServer, importToEnd, startServer } from './server.ts'
import { workload } from './workload.ts'

const ALLOWED_DIFFERENCE = 0.01

const grocery = labels('grocery')
const clothing = labels('clothing')
const part = (name: string) => grocery.filter(({ path }) => path.startsWith(`${name}/`))
const [iconic, test, val] = [part('iconic'), part('test'), part('val')]
const vectors = new Map<string, Float32Array>()
const folder = mkdtempSync(join(tmpdir(), 'sightline-bench-'))
const server = await startServer()
try {
  await embedOutside('grocery', grocery)
  await embedOutside('clothing', clothing)
  await fill(server, 'catalogue', 'grocery', iconic)
  await fill(server, 'photos', 'grocery', test)
  await fill(server, 'clothes', 'clothing', clothing)
  const isSameProduct = (a: LabelledPicture, b: LabelledPicture) => a.product === b.product
  const isSameCategory = (a: LabelledPicture, b: LabelledPicture) => a.category === b.category
  const catalogue = await both('catalogue', 'grocery', iconic, test, isSameProduct)
  const valToTest = await both('photos', 'grocery', test, val, isSameProduct)
  const clothes = await both('clothes', 'clothing', clothing, clothing, isSameCategory)
  const figures = [
    ...pair('catalogue R@1', catalogue, (ranked) => recallAt(1, ranked)),
    ...pair('catalogue R@5', catalogue, (ranked) => recallAt(5, ranked)),
    ...pair('val to test R@1', valToTest, (ranked) => recallAt(1, ranked)),
    ...pair('clothing P@1, leave-one-out', clothes, (ranked) => precisionAt(1, ranked)),
    ...pair('clothing P@10, leave-one-out', clothes, (ranked) => precisionAt(10, ranked)),
  ]
  process.exitCode = report('retrieval', figures) ? 0 : 1
} finally {
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
}

interface Both {
  readonly service: boolean[][]
  readonly exact: boolean[][]
}

function pair(name: string, ranked: Both, figure: (ranked: boolean[][]) => number): Figure[] {
  const [service, exact] = [figure(ranked.service), figure(ranked.exact)]
  return [
    { name: `${name}, service`, value: service, unit: '' },
    { name: `${name}, exact search outside`, value: exact, unit: '' },
    { name: `${name}, service - outside`, value: service - exact, unit: '', atLeast: -ALLOWED_DIFFERENCE },
  ]
}

/** Ten results of every query from the service and from exact search; an image is never a result of itself. */
async function both(
  instance: string,
  set: string,
  stored: readonly LabelledPicture[],
  queries: readonly LabelledPicture[],
  isRight: (a: LabelledPicture, b: LabelledPicture) => boolean,
): Promise<Both> {
  const byPath = new Map(stored.map((picture) => [picture.path, picture]))
  const raw = stored.map(({ path }) => vectors.get(`${set}/${path}`)!)
  const mean = meanToTakeOut(raw, raw.length, raw[0]!.length)
  const index = raw.map((vector) => centre(vector, mean))
  const service: boolean[][] = []
  const exact: boolean[][] = []
  await workload({ callers: 4, count: queries.length, limitMs: 600_000 }, async (i) => {
    const query = queries[i]!
    const picture = readFileSync(join(SHARED_DATA, set, query.path)).toString('base64')
    const answer = await server.rpc<{ Auctions: { PicName: string }[] }>('SearchImageByPic', {
      InstanceName: instance,
      PicContent: picture,
      Num: '11',
    })
    const found = answer.Auctions.filter(({ PicName }) => PicName !== query.path).slice(0, 10)
    service.push(found.map(({ PicName }) => isRight(byPath.get(PicName)!, query)))
    const vector = centre(vectors.get(`${set}/${query.path}`)!, mean)
    exact.push(
      nearest(vector, index, 11)
        .filter((at) => stored[at]!.path !== query.path)
        .slice(0, 10)
        .map((at) => isRight(stored[at]!, query)),
    )
  })
  return { service, exact }
}

async function embedOutside(set: string, pictures: readonly LabelledPicture[]): Promise<void> {
  const vision = await createVision({
    modelFolder: fileURLToPath(new URL('../models/sightline-mini', import.meta.url)),
  })
  await workload({ callers: 8, count: pictures.length, limitMs: 600_000 }, async (i) => {
    const { path } = pictures[i]!
    const bytes = readFileSync(join(SHARED_DATA, set, path))
    const { vector } = await vision.analyse(bytes, { rules: PICTURE_RULES.open, priority: 'import' })
    vectors.set(`${set}/${path}`, vector)
  })
  await vision.close()
}

async function fill(to: BenchServer, instance: string, set: string, pictures: readonly LabelledPicture[]) {
  const bucketFolder = join(folder, instance)
  makeBucket(bucketFolder, set, pictures)
  await to.rest('POST', '/instances', { name: instance, serviceType: 'generic' })
  await to.rest('POST', '/buckets', { name: instance, folder: bucketFolder })
  const end = await importToEnd(to, instance, instance)
  if (end.ok !== pictures.length)
    throw new Error(`${instance}: ${end.ok} of ${pictures.length} imported: ${JSON.stringify(end)}`)
}
