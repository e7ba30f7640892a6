/** The registry of named buckets; their rows are in the store, their drivers are made when they are opened. */
import type { Logger } from 'pino'
import { clip, problem } from '../errors.ts'
import type { BucketInfo, Buckets } from './buckets.ts'
import { checkCredentials, checkName, checkSource } from './check-source.ts'
import { isShared, openDriver, storeLimits } from './drivers.ts'
import { createLimits } from './limits.ts'
import type { BucketCredentials, BucketSource, Driver } from './options.ts'
import type { Bucket } from './port.ts'
import { reliable } from './reliable.ts'
import { testBucket } from './test-bucket.ts'

/** A bucket as the store keeps it. */
export interface BucketRow {
  readonly name: string
  readonly driver: Driver
  /** JSON of the driver's options without secrets. */
  readonly options: string
  /** Encrypted JSON of the driver's credentials; empty = none. */
  readonly credentials: Uint8Array
  readonly createdMs: number
}

/** What the room asks of the truth: `bucketRows` of the store, wired by the composition root. */
export interface BucketRows {
  list(): Promise<BucketRow[]>
  find(name: string): Promise<BucketRow | undefined>
  /** @returns false when the name is taken */
  insert(row: BucketRow): Promise<boolean>
  /** @returns false when there is no such bucket */
  setCredentials(name: string, credentials: Uint8Array): Promise<boolean>
  /** Removes the row, unless an import that has not ended reads the bucket. */
  remove(name: string): Promise<'removed' | 'missing' | { readonly usedByImport: number }>
}

/** The `SecretBox` of the access room: what was sealed for one purpose does not open for another. */
export interface BucketSecrets {
  seal(purpose: string, plain: string): Uint8Array
  /** undefined when the bytes were not sealed here for this purpose */
  open(purpose: string, sealed: Uint8Array): Uint8Array | undefined
}

export interface BucketsParts {
  readonly rows: BucketRows
  readonly secrets: BucketSecrets
  readonly log: Logger
  /** Folders below which folder buckets may lie; absent = anywhere. */
  readonly allowedRoots?: readonly string[]
}

interface OpenedBucket {
  /** Tells a bucket from one of the same name that was removed. */
  readonly createdMs: number
  /** Another one once the credentials have changed. */
  driver: Bucket
  readonly bucket: Bucket
}

export function createBuckets({ rows, secrets, log, allowedRoots }: BucketsParts): Buckets {
  async function find(name: string): Promise<BucketRow> {
    const row = await rows.find(name)
    if (!row) throw problem('BucketNotFound', { name: clip(name) })
    return row
  }

  function seal(name: string, credentials: BucketCredentials): Uint8Array {
    return secrets.seal(purpose(name), JSON.stringify(credentials))
  }

  function unseal({ name, credentials }: BucketRow): BucketCredentials | undefined {
    if (credentials.length === 0) return undefined
    const plain = secrets.open(purpose(name), credentials)
    if (!plain) throw problem('BucketCredentialsUnreadable', { name })
    return JSON.parse(Buffer.from(plain).toString()) as BucketCredentials
  }

  function info(row: BucketRow): BucketInfo {
    const plain = row.credentials.length > 0 && secrets.open(purpose(row.name), row.credentials)
    const { accessKeyId } = plain ? (JSON.parse(Buffer.from(plain).toString()) as BucketCredentials) : {}
    return { name: row.name, ...source(row), ...(accessKeyId && { accessKeyId }), createdMs: row.createdMs }
  }

  /** Those whose drivers are shared, by name. */
  const opened = new Map<string, OpenedBucket>()

  async function open(name: string): Promise<Bucket> {
    const row = await find(name)
    const { driver } = row
    if (!isShared(driver)) {
      const own = await openDriver(name, source(row), unseal(row))
      return reliable({ name, driver: async () => own, limits: createLimits({}) })
    }
    const known = opened.get(name)
    if (known?.createdMs === row.createdMs) return known.bucket
    const made: OpenedBucket = {
      createdMs: row.createdMs,
      driver: await openDriver(name, source(row), unseal(row)),
      bucket: reliable({ name, driver: async () => made.driver, limits: createLimits(storeLimits(source(row))) }),
    }
    opened.set(name, made)
    return made.bucket
  }

  return {
    async add(name, given, credentials) {
      checkName(name)
      checkCredentials(given, credentials)
      const { driver, options } = await checkSource(given, allowedRoots)
      const row: BucketRow = {
        name,
        driver,
        options: JSON.stringify(options),
        credentials: credentials ? seal(name, credentials) : new Uint8Array(),
        createdMs: Date.now(),
      }
      if (!(await rows.insert(row))) throw problem('BucketExists', { name })
      log.info({ bucket: name, driver, options }, 'bucket added')
      return info(row)
    },

    async setCredentials(name, credentials) {
      const row = await find(name)
      checkCredentials(source(row), credentials)
      const sealed = seal(name, credentials)
      if (!(await rows.setCredentials(name, sealed))) throw problem('BucketNotFound', { name: clip(name) })
      const known = opened.get(name)
      if (known) known.driver = await openDriver(name, source(row), credentials)
      log.info({ bucket: name, accessKeyId: credentials.accessKeyId }, 'credentials of a bucket changed')
      return info({ ...row, credentials: sealed })
    },

    async list() {
      return (await rows.list()).map(info)
    },

    open,

    async test(name) {
      const row = await find(name)
      return testBucket(async () => {
        const own = await openDriver(name, source(row), unseal(row))
        return reliable({ name, driver: async () => own, limits: createLimits({}), timing: { attempts: 1 } })
      })
    },

    async browse(name, prefix, limit) {
      return (await open(name)).children(prefix, limit)
    },

    async remove(name) {
      const removed = await rows.remove(name)
      if (removed === 'missing') throw problem('BucketNotFound', { name: clip(name) })
      if (removed !== 'removed') throw problem('BucketInUse', { name, importId: removed.usedByImport })
      opened.delete(name)
      log.info({ bucket: name }, 'bucket removed')
    },
  }
}

/** One for each bucket: sealed bytes do not open in the row of another. */
function purpose(name: string): string {
  return `bucket ${name}`
}

function source({ driver, options }: BucketRow): BucketSource {
  return { driver, options: JSON.parse(options) } as BucketSource
}
