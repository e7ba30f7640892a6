/** The imports that run in this process: each is driven until it ends or is stopped. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Access } from '../access/index.ts'
import type { Buckets } from '../buckets/index.ts'
import { asProblem, problem, type SightlineError } from '../errors.ts'
import type { Images } from '../images/index.ts'
import type { Instances } from '../instances/index.ts'
import type { Logger } from '../ops/log.ts'
import { countRowsToRetry } from '../store/failed-rows.ts'
import {
  changeImport,
  countOutcomes,
  type ImportRecord,
  readCounts,
  readSurvey,
  releaseTasks,
} from '../store/imports.ts'
import type { Store } from '../store/index.ts'
import type { Vision } from '../vision/index.ts'
import { type Conclusion, concludeImport, pauseImport } from './conclude-import.ts'
import { BUCKET_FAULTS, createFailureWatch } from './failure-watch.ts'
import { importOptions, isRetry } from './import-run.ts'
import type { Manifest } from './manifest.ts'
import { openManifest, openSource } from './open-source.ts'
import { createProgress, type Progress } from './progress.ts'
import { pictureSource } from './read-picture.ts'
import { retryImport } from './retry-import.ts'
import { runImport } from './run-import.ts'
import { addStages, readStages } from './stages.ts'
import { createSurveyor } from './survey-task.ts'

export interface ImportsParts {
  readonly store: Store
  readonly instances: Pick<Instances, 'byId'>
  readonly images: Images
  readonly buckets: Buckets
  readonly access: Pick<Access, 'objectReader'>
  /** How many workers there are decides how many rows are in work. */
  readonly vision: Pick<Vision, 'load' | 'model' | 'analyse'>
  readonly log: Logger
  /** Milliseconds since 1970; default the system's clock. */
  now?(): number
  /** Key that callbacks of an instance are signed with, 32 bytes. */
  callbackKey(instance: string): Uint8Array
  /** Which IP addresses are called back; default: those of the public internet. */
  readonly isCallbackAllowed?: (address: string) => boolean
  /** Milliseconds after each try of a callback that failed. */
  readonly callbackDelaysMs?: readonly number[]
}

/** Rows in work for each worker: some decode and embed, some are read ahead from the bucket, some wait to be written. */
const ROWS_PER_WORKER = 8
const FIRST_RETRY_MS = 500
const LAST_RETRY_MS = 30_000

export interface ActiveImport {
  readonly record: ImportRecord
  readonly progress: Progress
  /** What the import waits for before it tries again. */
  readonly trouble: SightlineError | undefined
  /** Failed rows that were still to be retried when it became active. */
  readonly toRetry: number
}

export interface ActiveImports {
  /** After `stopAll` nothing begins any more; the next start takes it up. */
  activate(record: ImportRecord): void
  find(id: number): ActiveImport | undefined
  /** Resolves when no row of the import is in work; its state in the store is not changed. */
  stop(id: number): Promise<void>
  /** Ends it in the store and lets the next one of its instance begin. @returns undefined when it is in another state */
  conclude(record: ImportRecord, conclusion: Conclusion): Promise<ImportRecord | undefined>
  stopAll(): Promise<void>
}

interface Driven extends ActiveImport {
  readonly stopping: AbortController
  progress: Progress
  trouble: SightlineError | undefined
  toRetry: number
  ended: Promise<void>
}

/** @param onChange called when an import has ended or paused by itself */
export function createActiveImports(parts: ImportsParts, onChange: () => void): ActiveImports {
  const { store, instances, images, vision, log, now = Date.now } = parts
  const active = new Map<number, Driven>()
  let isClosed = false

  /** Trouble that may pass is waited for, however long. */
  async function drive(one: Driven): Promise<void> {
    const { signal } = one.stopping
    let failures = 0
    while (!signal.aborted) {
      try {
        await run(one).finally(() => keepStages(one))
        if (!signal.aborted) await conclude(one.record, { state: 'done', code: '', message: '' })
        return
      } catch (error) {
        if (signal.aborted) return
        one.trouble = asProblem(error)
        const needsMending = one.trouble.code === 'ImportPausedEarly' || BUCKET_FAULTS.has(one.trouble.code)
        if (needsMending && (await pauseEarly(one, one.trouble))) return
        if (!one.trouble.retryable && (await endAsFailed(one, one.trouble))) return
        failures = one.progress.rows > 0 ? 1 : failures + 1
        log.warn({ err: error, import: one.record.id }, 'import is interrupted and will be tried again')
        const waitMs = Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), LAST_RETRY_MS)
        await delay(waitMs, undefined, { signal }).catch(() => {})
      }
    }
  }

  async function run(one: Driven): Promise<void> {
    const { record, stopping } = one
    const counts = await store.write(async (trx) => {
      await releaseTasks(trx, record.id)
      return countOutcomes(trx, record)
    })
    const progress = createProgress(counts, now)
    one.progress = progress
    one.toRetry = isRetry(record) ? await countRowsToRetry(store.read, record) : 0
    const parallel = Math.max(1, vision.load().workers) * ROWS_PER_WORKER
    const row = { store, images, log, now, progress, parallel, record }
    if (isRetry(record)) {
      const { bucket, folder, mayRead } = await openSource(parts, record.bucket, record.path, record.role_arn)
      one.trouble = undefined
      return retryImport({ ...row, pictures: pictureSource(bucket, folder, mayRead) }, stopping.signal)
    }
    const { manifest, mayRead } = await openManifest(parts, record.bucket, record.path, record.role_arn)
    if (record.manifest_etag === '') await takeManifest(record, manifest)
    if (manifest.etag !== record.manifest_etag) throw problem('ManifestChanged', { key: manifest.key })
    one.trouble = undefined
    const pictures = pictureSource(manifest.bucket, manifest.folder, mayRead)
    const surveyor =
      record.is_dry_run === 1
        ? createSurveyor(instances.byId(record.instance_id), vision, pictures, readSurvey(record).rowsASecond > 0)
        : undefined
    const failures = importOptions(record).goOn ? {} : { failures: createFailureWatch() }
    await runImport({ ...row, manifest, pictures, ...(surveyor && { surveyor }), ...failures }, stopping.signal)
    const { ok, failed, skipped, causes } = progress.counts
    if (!stopping.signal.aborted && ok + failed + skipped === (causes.blank ?? 0)) {
      throw problem('ManifestEmpty', { key: manifest.key })
    }
  }

  /** A queued import reads the manifest that is there when its turn comes. */
  async function takeManifest(record: ImportRecord, { etag, sizeBytes }: Manifest): Promise<void> {
    const taken = {
      manifest_etag: etag,
      manifest_bytes: sizeBytes,
      prediction: await images.prediction(record.instance_id),
    }
    await store.write((trx) => changeImport(trx, record.id, taken))
    Object.assign(record, taken)
  }

  async function keepStages({ record, progress }: Driven): Promise<void> {
    const sums = progress.takeStages()
    if (sums.pictures === 0) return
    record.stages = JSON.stringify(addStages(readStages(record.stages), sums))
    const { id, stages } = record
    // They are only told; the import does not depend on them.
    await store
      .write((trx) => changeImport(trx, id, { stages }))
      .catch((error) => log.warn({ err: error, import: id }, 'stage times could not be stored'))
  }

  async function conclude(record: ImportRecord, conclusion: Conclusion): Promise<ImportRecord | undefined> {
    const { id, instance_id } = record
    const instance = instances.byId(instance_id).name
    const concluded = await store.write((trx) => concludeImport(trx, record, instance, conclusion, now()))
    if (!concluded) return undefined
    const { ended, next } = concluded
    const { state, code, ok, failed, skipped, planned_lines: lines } = ended
    log.info({ import: id, state, code, lines, ok, failed, skipped }, 'import has ended')
    if (state === 'done' && ok + failed + skipped !== lines) {
      log.error({ import: id, lines, ok, failed, skipped }, 'rows are not accounted for')
    }
    if (next) {
      log.info({ import: next.id, instance }, 'queued import has begun')
      activate(next)
    }
    onChange()
    return ended
  }

  /** @returns false when that could not be stored now */
  async function pauseEarly({ record }: Driven, { code, message }: SightlineError): Promise<boolean> {
    const instance = instances.byId(record.instance_id).name
    try {
      await store.write((trx) => pauseImport(trx, record, instance, { code, message }, now()))
      onChange()
      log.warn({ import: record.id, reason: message }, 'import paused itself')
      return true
    } catch (error) {
      log.error({ err: error, import: record.id }, 'the pause of an import could not be stored')
      return false
    }
  }

  /** @returns false when that could not be stored now */
  async function endAsFailed({ record }: Driven, { code, message }: SightlineError): Promise<boolean> {
    try {
      await conclude(record, { state: 'failed', code, message })
      return true
    } catch (error) {
      log.error({ err: error, import: record.id }, 'the end of an import could not be stored')
      return false
    }
  }

  async function stop(id: number): Promise<void> {
    const one = active.get(id)
    one?.stopping.abort()
    await one?.ended
  }

  function activate(record: ImportRecord): void {
    if (isClosed) return
    const one: Driven = {
      record,
      stopping: new AbortController(),
      progress: createProgress(readCounts(record), now),
      trouble: undefined,
      toRetry: 0,
      ended: Promise.resolve(),
    }
    active.set(record.id, one)
    one.ended = drive(one).finally(() => active.delete(record.id))
  }

  return {
    activate,
    find: (id) => active.get(id),
    stop,
    conclude,
    async stopAll() {
      isClosed = true
      await Promise.all([...active.keys()].map(stop))
    },
  }
}
