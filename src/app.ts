/**
 * The composition root: reads the settings, builds the rooms from the ground up, hands each what it stands on. The one
 * place that knows all of them.
 */
import { mkdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { createAccess, type NewAccessKey, setEndpoint } from './access/index.ts'
import { createBuckets } from './buckets/index.ts'
import { createCopies } from './copies/index.ts'
import { createBackup, createDoctor } from './doctor/index.ts'
import { problem } from './errors.ts'
import { createHashes } from './hashes/index.ts'
import type { Services } from './http/services.ts'
import { createDumps, createImages, createThumbnails } from './images/index.ts'
import { createImports } from './imports/index.ts'
import { createInstances } from './instances/index.ts'
import type { Config } from './ops/config.ts'
import { LOCK_FILES, lockFolder } from './ops/lock.ts'
import type { Logger } from './ops/log.ts'
import { VERSION } from './ops/version.ts'
import { createCharts, createSearch } from './search/index.ts'
import { bucketRows } from './store/buckets.ts'
import { listHashes } from './store/copies.ts'
import { openStore, type Store } from './store/index.ts'
import { readMeta } from './store/meta.ts'
import { vectorSource } from './store/vector-source.ts'
import { createLanceEngine, createVectors } from './vectors/index.ts'
import { createVision } from './vision/index.ts'

export type AppConfig = Pick<
  Config,
  | 'dataDir'
  | 'modelFolder'
  | 'workers'
  | 'defaultCapacity'
  | 'bucketRoots'
  | 'allowPrivateAddresses'
  | 'accountId'
  | 'secretKey'
>

export interface App {
  readonly services: Services
  readonly store: Store
  /** Signs download links and upload grants, which therefore outlive a restart. */
  readonly linkKey: Uint8Array
  /** The administrator's key, at the first start only. */
  readonly firstKey?: NewAccessKey
  /** Writes down where the server listens, for commands on the same machine. */
  announce(endpoint: string): Promise<void>
  /** Stops imports, finishes what is written, closes everything in reverse order of opening. */
  close(): Promise<void>
}

/** Where things lie in the data folder. */
export function dataPaths(dataDir: string) {
  return {
    database: join(dataDir, 'sightline.db'),
    vectors: join(dataDir, 'vectors'),
    thumbnails: join(dataDir, 'thumbnails'),
    dumps: join(dataDir, 'dumps'),
    uploads: join(dataDir, 'uploads'),
    tls: join(dataDir, 'tls'),
  }
}

/**
 * Opens everything on a data folder, made when it is missing, and goes on with what the last stop interrupted.
 *
 * @throws DataFolderInUse, StorageFailed, ModelUnusable, SecretKeyMissing and what else keeps a server from starting
 */
export async function openApp(config: AppConfig, log: Logger): Promise<App> {
  const opened: (() => unknown)[] = []
  let closing: Promise<void> | undefined
  const close = (): Promise<void> => {
    closing ??= closeAll(opened, log)
    return closing
  }
  try {
    const parts = await build(config, log, (closer) => opened.push(closer))
    const ready = async (): Promise<void> => {
      if (closing) throw problem('StoppingNow', {})
      await readMeta(parts.store.read, 'ready')
    }
    await parts.services.imports.resumeAll()
    await parts.services.dumps.resumeAll()
    return { ...parts, services: { ...parts.services, ready }, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function build(config: AppConfig, log: Logger, onClose: (closer: () => unknown) => void) {
  const lock = lockFolder(config.dataDir)
  onClose(lock.release)
  const paths = dataPaths(config.dataDir)

  // The model loads while the store opens.
  const starting = createVision({ modelFolder: config.modelFolder, workers: config.workers })
  onClose(async () => (await starting.catch(() => undefined))?.close())
  const store = await openStore(paths.database)
  onClose(store.close)
  const vision = await starting
  mkdirSync(paths.vectors, { recursive: true })
  const engine = await createLanceEngine(paths.vectors)
  const vectors = createVectors({ engine, source: vectorSource(store), log })
  onClose(vectors.close)

  const hashes = createHashes((...page) => listHashes(store.read, ...page))
  const thumbnails = createThumbnails(paths.thumbnails)
  const instances = await createInstances({
    store,
    vectors,
    model: vision.model,
    defaultCapacity: config.defaultCapacity,
    forget: async (instanceId) => {
      hashes.forget(instanceId)
      await thumbnails.removeInstance(instanceId)
    },
    log,
  })
  onClose(instances.close)
  const images = createImages({ store, vision, vectors, hashes, instances, thumbnails })
  const dumps = createDumps({ store, folder: paths.dumps, log })
  onClose(dumps.close)
  const search = createSearch({ store, vision, vectors, hashes, images })
  const charts = createCharts({ store })
  onClose(charts.close)
  const copies = createCopies({ store, hashes, images })

  const { dataDir, secretKey, accountId } = config
  const { access, admin, sessions, secrets, firstKey } = await createAccess({
    store,
    dataDir,
    secretKey,
    accountId,
    log,
  })
  onClose(access.close)
  const buckets = createBuckets({
    rows: bucketRows(store),
    secrets,
    log,
    ...(config.bucketRoots.length > 0 && { allowedRoots: config.bucketRoots }),
  })
  const imports = createImports({
    ...{ store, instances, images, buckets, access, vision, log },
    callbackKey: (instance) => secrets.keyFor(`callbacks of ${instance}`),
    ...(config.allowPrivateAddresses && { isCallbackAllowed: () => true }),
  })
  onClose(imports.close)
  const doctor = createDoctor({ store, instances, vectors, thumbnails })
  const leftOut = [basename(paths.vectors), basename(paths.uploads), ...LOCK_FILES]
  const backup = createBackup({ store, dataDir, storeFile: basename(paths.database), leftOut })

  const rooms = {
    doctor,
    backup,
    access,
    accessAdmin: admin,
    sessions,
    instances,
    images,
    dumps,
    search,
    charts,
    copies,
    imports,
    buckets,
    vectors,
    vision,
  }
  return {
    services: { ...rooms, demoFolder: join(dataDir, 'demo-shop'), log, version: VERSION },
    store,
    announce: (endpoint: string) => setEndpoint(dataDir, endpoint),
    linkKey: secrets.keyFor('links'),
    ...(firstKey && { firstKey }),
  }
}

/** One that cannot be closed does not keep the others open. */
async function closeAll(opened: (() => unknown)[], log: Logger): Promise<void> {
  for (const closer of opened.splice(0).reverse()) {
    try {
      await closer()
    } catch (error) {
      log.error({ err: error }, 'a part of the server did not close in order')
    }
  }
}
