/** The service: starts, shows and ends imports. One runs at a time for each instance. */
import { setTimeout as delay } from 'node:timers/promises'
import { problem } from '../errors.ts'
import { type Instance, requireModel } from '../instances/index.ts'
import { beginRetry, countRowsToRetry } from '../store/failed-rows.ts'
import { countAhead } from '../store/import-queue.ts'
import {
  changeImportState,
  countOutcomes,
  findImport,
  type ImportRecord,
  insertImport,
  isInstance,
  listImports,
  listRows,
  openImports,
  readCounts,
  readSurvey,
} from '../store/imports.ts'
import type { ImportState } from '../store/index.ts'
import { unfinishedImport } from '../store/instances.ts'
import { createActiveImports, type ImportsParts } from './active-imports.ts'
import { createCallbackSender } from './callback-sender.ts'
import { createCallbacks } from './callbacks.ts'
import { checkRoom } from './check-room.ts'
import { importOptions, isRetry } from './import-run.ts'
import { importStatus, isEnded } from './import-status.ts'
import type { ImportStart, ImportStatus, ImportSurvey, Imports } from './imports.ts'
import { openManifest, openSource } from './open-source.ts'
import { rowOutcome } from './row-outcome.ts'

const WATCH_MS = 250
const ROWS_PAGE = 500

export function createImports(parts: ImportsParts): Imports {
  const { store, instances, images, vision, log, now = Date.now, isCallbackAllowed, callbackDelaysMs } = parts
  const sender = createCallbackSender({ ...(isCallbackAllowed && { isAllowed: isCallbackAllowed }) })
  const callbacks = createCallbacks({
    ...{ store, sender, log, now, keyOf: parts.callbackKey },
    ...(callbackDelaysMs && { delaysMs: callbackDelaysMs }),
  })
  const active = createActiveImports(parts, callbacks.ring)
  let isClosed = false

  async function find(id: number): Promise<ImportRecord> {
    const record = await findImport(store.read, id)
    if (!record) throw problem('ImportNotFound', { id })
    return record
  }

  async function statusOf(record: ImportRecord): Promise<ImportStatus> {
    const one = active.find(record.id)
    if (one) return importStatus(one.record, one.progress.counts, one)
    if (isEnded(record)) {
      const survey = record.is_dry_run === 1 ? { survey: await surveyOf(record) } : {}
      return importStatus(record, readCounts(record), survey)
    }
    if (record.state === 'queued') {
      return importStatus(record, readCounts(record), { ahead: await countAhead(store.read, record) })
    }
    const toRetry = isRetry(record) ? await countRowsToRetry(store.read, record) : 0
    return importStatus(record, await countOutcomes(store.read, record), { toRetry })
  }

  async function surveyOf(record: ImportRecord): Promise<ImportSurvey> {
    const { pictures, newImages, rowsASecond } = readSurvey(record)
    const { capacity } = instances.byId(record.instance_id)
    return {
      pictures,
      newImages,
      room: Math.max(0, capacity - (await images.count(record.instance_id))),
      rowsASecond: Math.round(rowsASecond * 10) / 10,
      seconds: rowsASecond > 0 ? Math.ceil(pictures / rowsASecond) : 0,
    }
  }

  async function status(id: number): Promise<ImportStatus> {
    return statusOf(active.find(id)?.record ?? (await find(id)))
  }

  async function start(instance: Instance, asked: ImportStart) {
    if (isClosed) throw problem('StoppingNow', {})
    const { bucket, path, callbackAddress = '', dryRun, queue, skipUnchanged } = asked
    requireModel(instance, vision.model)
    if (callbackAddress !== '') await sender.check(callbackAddress)
    // An empty one is none: it must not get around the role that the instance was given.
    const role = asked.roleArn || instance.defaultRole
    const { manifest } = await openManifest(parts, bucket, path, role)
    if (!dryRun) await checkRoom(parts, instance, manifest)
    const prediction = await images.prediction(instance.id)
    const createdMs = now()
    const record = await store.write(async (trx) => {
      if (!(await isInstance(trx, instance.id))) throw problem('InstanceNotFound', { name: instance.name })
      const open = await unfinishedImport(trx, instance.id)
      if (open !== undefined && !queue) throw problem('ImportRunning', { instance: instance.name, importId: open })
      const begun = {
        manifest_etag: manifest.etag,
        manifest_bytes: manifest.sizeBytes,
        prediction,
        started_at: createdMs,
      }
      const waiting = { manifest_etag: '', manifest_bytes: 0, prediction: '', started_at: 0 }
      return insertImport(trx, {
        instance_id: instance.id,
        bucket,
        path,
        role_arn: role,
        callback_address: callbackAddress,
        state: open === undefined ? 'running' : 'queued',
        code: '',
        message: '',
        ...(open === undefined ? begun : waiting),
        options: JSON.stringify({ ...(skipUnchanged && { skipUnchanged }) }),
        is_dry_run: dryRun ? 1 : 0,
        created_at: createdMs,
        modified_at: createdMs,
        finished_at: 0,
      })
    })
    const { id, state } = record
    log.info(
      { import: id, instance: instance.name, bucket, path },
      `import ${state === 'queued' ? 'is queued' : 'has started'}`,
    )
    if (state === 'running') active.activate(record)
    return statusOf(record)
  }

  /** Lets rows in work finish, then changes the state of the import. */
  async function change(
    id: number,
    { to, from, action }: { to: ImportState; from: readonly ImportState[]; action: string },
  ): Promise<ImportRecord> {
    const before = active.find(id)?.record ?? (await find(id))
    if (from.includes(before.state)) {
      await active.stop(id)
      const isChanged =
        to === 'cancelled'
          ? (await active.conclude(before, { state: to, code: '', message: '' })) !== undefined
          : await store.write((trx) => changeImportState(trx, id, { from: before.state, to, ...goOn(before) }, now()))
      if (isChanged) {
        log.info({ import: id, state: to }, `import ${action}`)
        return find(id)
      }
    }
    const { state } = await find(id)
    // A queued one may have begun meanwhile.
    if (state !== before.state && from.includes(state)) return change(id, { to, from, action })
    throw problem('ImportStateInvalid', { id, state, action })
  }

  return {
    start,
    status,

    async list(instanceId, page) {
      const { total, rows } = await listImports(store.read, instanceId, page)
      return { total, imports: await Promise.all(rows.map(statusOf)) }
    },

    async *watch(id, signal) {
      let shown = ''
      while (!signal.aborted) {
        const current = await status(id)
        const text = JSON.stringify(current)
        if (text !== shown) yield current
        if (isEnded(current)) return
        shown = text
        await delay(WATCH_MS, undefined, { signal }).catch(() => {})
      }
    },

    async rows(id, page) {
      await find(id)
      return (await listRows(store.read, id, page)).map(rowOutcome)
    },

    async *manifestOf(id, outcome, signal) {
      await find(id)
      let afterLine = 0
      for (;;) {
        signal?.throwIfAborted()
        const page = await listRows(store.read, id, { afterLine, limit: ROWS_PAGE, outcome })
        for (const { text } of page) if (text !== '') yield `${text}\n`
        if (page.length < ROWS_PAGE) return
        afterLine = page.at(-1)?.line ?? 0
      }
    },

    async pause(id) {
      return statusOf(await change(id, { to: 'paused', from: ['running'], action: 'paused' }))
    },

    async resume(id) {
      const record = await change(id, { to: 'running', from: ['paused'], action: 'resumed' })
      active.activate(record)
      return statusOf(record)
    },

    async cancel(id) {
      return statusOf(await change(id, { to: 'cancelled', from: ['queued', 'running', 'paused'], action: 'cancelled' }))
    },

    async retry(id) {
      if (isClosed) throw problem('StoppingNow', {})
      const { instance_id, bucket, path, role_arn } = await find(id)
      const instance = instances.byId(instance_id)
      requireModel(instance, vision.model)
      await openSource(parts, bucket, path, role_arn)
      const record = await store.write(async (trx) => {
        const begun = await beginRetry(trx, id, now())
        if (!begun) return undefined
        if ((await countRowsToRetry(trx, begun)) === 0) throw problem('ImportNothingToRetry', { id })
        const running = await unfinishedImport(trx, instance_id, id)
        if (running !== undefined) throw problem('ImportRunning', { instance: instance.name, importId: running })
        return begun
      })
      if (!record) throw problem('ImportStateInvalid', { id, state: (await find(id)).state, action: 'retried' })
      log.info({ import: id, attempt: record.attempt }, 'failed rows of an import are retried')
      active.activate(record)
      return statusOf(record)
    },

    async callbacks(id) {
      await find(id)
      return callbacks.list(id)
    },

    async redeliver(id) {
      await find(id)
      if (!(await callbacks.redeliver(id))) throw problem('CallbackNotFound', { id })
      return callbacks.list(id)
    },

    callbackSecret: ({ name }) => `whsec_${Buffer.from(parts.callbackKey(name)).toString('base64')}`,

    async resumeAll() {
      for (const record of await openImports(store.read)) if (record.state === 'running') active.activate(record)
      callbacks.ring()
    },

    async close() {
      isClosed = true
      await active.stopAll()
      await callbacks.close()
    },
  }
}

/** Whoever resumes an import that paused itself knows why it did. Why an import failed stays while rows are retried. */
function goOn(record: ImportRecord): { code?: string; message?: string; options?: string } {
  if (record.retry_from === 'failed') return {}
  const told = { code: '', message: '' }
  if (record.code !== 'ImportPausedEarly') return told
  return { ...told, options: JSON.stringify({ ...importOptions(record), goOn: true }) }
}
