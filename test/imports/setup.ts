/**
 * Everything that an import needs but the model: store, buckets, images and imports are the real ones. In place of
 * decoding and embedding stands a hash of the bytes that takes a random while, so that rows finish in any order and
 * thousands of them can be run.
 */
import { createHash, randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import pino from 'pino'
import { secretBox } from '../../src/access/secret-box.ts'
import { type Buckets, createBuckets } from '../../src/buckets/index.ts'
import { problem } from '../../src/errors.ts'
import { createHashes } from '../../src/hashes/index.ts'
import { createImages, createThumbnails, type Images } from '../../src/images/index.ts'
import { createImports, type ImportStatus, type Imports, type ImportsParts } from '../../src/imports/index.ts'
import { createInstances, type Instance, type Instances } from '../../src/instances/index.ts'
import { bucketRows } from '../../src/store/buckets.ts'
import { listHashes } from '../../src/store/copies.ts'
import { openStore, type Store } from '../../src/store/index.ts'
import type { Change, Vectors } from '../../src/vectors/index.ts'
import type { Vision } from '../../src/vision/index.ts'

const MODEL = { id: 'hash-1', dimension: 4, readsText: false }

export interface Setup {
  readonly store: Store
  readonly images: Images
  readonly instances: Instances
  readonly instance: Instance
  readonly buckets: Buckets
  readonly imports: Imports
  /** What became searchable or ceased to be, in order. */
  readonly changes: readonly Change[]
  /** Writes an object of the bucket `pictures`. */
  put(key: string, content: Uint8Array | string): Promise<void>
  /** Folder of the bucket. */
  readonly folder: string
  /** Another service over the same store, as after a crash. */
  restart(parts?: Partial<ImportsParts>): Imports
  close(): Promise<void>
}

/** @param random numbers of 0..1 that decide how long each picture takes */
export async function setUp(random: () => number = Math.random, parts: Partial<ImportsParts> = {}): Promise<Setup> {
  const base = await mkdtemp(join(tmpdir(), 'sightline-import-'))
  const folder = join(base, 'bucket')
  await mkdir(folder)
  const log = pino({ level: 'silent' })
  const store = await openStore(join(base, 'store.db'))
  const changes: Change[] = []
  const vectors = plainVectors(changes)
  const vision = hashingVision(random)
  const thumbnails = createThumbnails(join(base, 'thumbnails'))
  const hashes = createHashes((...page) => listHashes(store.read, ...page))
  const instances = await createInstances({
    store,
    vectors,
    model: MODEL,
    defaultCapacity: 100_000,
    forget: thumbnails.removeInstance,
    log,
  })
  const instance = await instances.create('shop', 'generic')
  const images = createImages({ store, vision, vectors, hashes, instances, thumbnails })
  const buckets = createBuckets({ rows: bucketRows(store), secrets: secretBox(randomBytes(32)), log })
  await buckets.add('pictures', { driver: 'file', options: { folder } })
  const access = { objectReader: async () => () => ({ allowed: true, missing: '' }) }
  const callbackKey = (name: string) => createHash('sha256').update(name).digest()
  const all: ImportsParts = { store, instances, images, buckets, access, vision, log, callbackKey, ...parts }
  const services = [createImports(all)]

  return {
    store,
    images,
    instances,
    instance,
    buckets,
    imports: services[0] as Imports,
    changes,
    folder,
    async put(key, content) {
      await mkdir(dirname(join(folder, key)), { recursive: true })
      await writeFile(join(folder, key), content)
    },
    restart(other) {
      const service = createImports({ ...all, ...other })
      services.push(service)
      return service
    },
    async close() {
      for (const service of services) await service.close()
      await instances.close()
      await store.close()
      await rm(base, { recursive: true })
    },
  }
}

/** Starts an import of the manifest at the root and waits for its end. */
export async function importAll(setup: Setup, manifest: string | Uint8Array): Promise<ImportStatus> {
  await setup.put('increment.meta', manifest)
  const { id } = await setup.imports.start(setup.instance, { bucket: 'pictures', path: '/' })
  return ended(setup.imports, id)
}

export async function ended(imports: Imports, id: number): Promise<ImportStatus> {
  for await (const status of imports.watch(id, AbortSignal.timeout(120_000))) {
    if (status.finishedMs > 0) return status
  }
  throw new Error(`import ${id} has not ended`)
}

export function dhashOf(picture: Uint8Array | string): Buffer {
  return createHash('sha256').update(picture).digest().subarray(0, 8)
}

/** Takes every picture but those that begin with `broken`. */
function hashingVision(random: () => number): Vision {
  let running = 0
  return {
    model: MODEL,
    async embedText() {
      throw problem('TextEncoderMissing', { model: MODEL.id })
    },
    async analyse(bytes) {
      running++
      try {
        for (let turns = Math.floor(random() * 6); turns > 0; turns--) await setImmediate()
        if (Buffer.from(bytes).toString().startsWith('broken')) throw problem('PictureUnreadable', { reason: 'broken' })
        const dhash = dhashOf(bytes)
        const vector = Float32Array.from(dhash.subarray(0, 4), (byte) => byte - 128)
        const length = Math.hypot(...vector)
        return {
          width: 10,
          height: 10,
          region: { x1: 0, x2: 10, y1: 0, y2: 10 },
          regions: [{ x1: 0, x2: 10, y1: 0, y2: 10 }],
          vector: vector.map((value) => value / length),
          dhash,
          timings: { waitMs: 0, decodeMs: 0, embedMs: 0 },
        }
      } finally {
        running--
      }
    },
    load: () => ({ waiting: 0, running, workers: 4 }),
    close: async () => {},
  }
}

function plainVectors(changes: Change[]): Vectors {
  const unused = () => {
    throw new Error('imports do not search')
  }
  return {
    open: async () => {},
    apply: (_, more) => void changes.push(...more),
    ready: async () => {},
    search: unused,
    similarity: unused,
    compare: unused,
    count: unused,
    state: unused,
    ids: unused,
    rebuild: unused,
    drop: async () => {},
    close: async () => {},
  }
}
