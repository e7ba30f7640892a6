/**
 * Dumps: all images of an instance, written as the lines of a manifest that can be imported again.
 */
import { createReadStream } from 'node:fs'
import { mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { INT_ATTRIBUTES, STR_ATTRIBUTES } from '../attributes.ts'
import { problem } from '../errors.ts'
import type { Instance } from '../instances/index.ts'
import type { Logger } from '../ops/log.ts'
import {
  type DumpRow,
  deleteOldDumps,
  findDump,
  insertDump,
  listDumps,
  runningDumps,
  updateDump,
} from '../store/dumps.ts'
import { type ImageRow, lastImageId, listImagesAfter } from '../store/images.ts'
import type { DumpState, Store } from '../store/index.ts'

/** Files of older dumps of an instance are deleted. */
const KEPT = 10
const PAGE = 1000

export interface Dump {
  readonly id: number
  readonly state: DumpState
  /** Lines of the file. */
  readonly images: number
  /** false = the file is not there: not yet, or not any more. */
  readonly hasFile: boolean
  readonly createdMs: number
  readonly modifiedMs: number
}

export interface Dumps {
  /** Starts writing; one at a time for each instance. @throws DumpRunning */
  start(instance: Instance): Promise<Dump>
  /** Newest first. */
  list(
    instanceId: number,
    page: { limit: number; start: number; id?: number },
  ): Promise<{ total: number; dumps: Dump[] }>
  /** The lines of a finished dump. @throws DumpNotFound */
  read(id: number): Promise<Readable>
  /** Begins dumps again that a stop interrupted. Called once at start. */
  resumeAll(): Promise<void>
  close(): Promise<void>
}

/** @param folder holds the files; made when it is needed */
export function createDumps(parts: { store: Store; folder: string; log: Logger; now?: () => number }): Dumps {
  const { store, folder, log, now = Date.now } = parts
  const stopping = new AbortController()
  const running = new Set<Promise<void>>()
  const fileOf = (id: number) => join(folder, `${id}.meta`)

  async function write({ id, instance_id: instanceId }: DumpRow): Promise<void> {
    await mkdir(folder, { recursive: true })
    const part = `${fileOf(id)}.part`
    const file = await open(part, 'w', 0o600)
    let images = 0
    try {
      const toId = await lastImageId(store.read, instanceId)
      for (let afterId = 0; afterId < toId; ) {
        stopping.signal.throwIfAborted()
        const page = await listImagesAfter(store.read, instanceId, { afterId, toId, limit: PAGE })
        if (page.length === 0) break
        await file.write(page.map((row) => `${JSON.stringify(manifestLine(row))}\n`).join(''))
        images += page.length
        afterId = page.at(-1)?.id ?? toId
      }
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(part, fileOf(id))
    const old = await store.write((trx) => deleteOldDumps(trx, instanceId, KEPT - 1))
    await Promise.all(old.map((oldId) => rm(fileOf(oldId), { force: true })))
    await store.write((trx) => updateDump(trx, id, { state: 'done', images, modified_at: now() }))
  }

  function run(row: DumpRow): void {
    const work = write(row).catch(async (error) => {
      // Stopped: it begins again at the next start.
      if (stopping.signal.aborted) return
      log.error({ err: error, dumpId: row.id }, 'a dump failed')
      const failed = { state: 'failed', modified_at: now() } as const
      await store.write((trx) => updateDump(trx, row.id, failed)).catch(() => {})
    })
    running.add(work)
    void work.finally(() => running.delete(work))
  }

  async function toDump(row: DumpRow): Promise<Dump> {
    const hasFile = await stat(fileOf(row.id)).then(
      () => true,
      () => false,
    )
    const { id, state, images, created_at: createdMs, modified_at: modifiedMs } = row
    return { id, state, images, hasFile, createdMs, modifiedMs }
  }

  return {
    async start(instance) {
      const row = await store.write((trx) => insertDump(trx, instance.id, now()))
      if (!row) throw problem('DumpRunning', { name: instance.name })
      run(row)
      return toDump(row)
    },
    async list(instanceId, page) {
      const { total, rows } = await listDumps(store.read, instanceId, page)
      return { total, dumps: await Promise.all(rows.map(toDump)) }
    },
    async read(id) {
      const row = await findDump(store.read, id)
      if (!row || !(await toDump(row)).hasFile) throw problem('DumpNotFound', { id })
      return createReadStream(fileOf(id))
    },
    async resumeAll() {
      for (const row of await runningDumps(store.read)) run(row)
    },
    async close() {
      stopping.abort()
      await Promise.all(running)
    },
  }
}

/** What is not set is left out: an import reads it as such. */
function manifestLine(row: ImageRow): object {
  const attributes = [
    ...INT_ATTRIBUTES.map((name) => [name, row[column(name)]] as const),
    ...STR_ATTRIBUTES.map((name) => [name, row[column(name)]] as const),
  ].filter(([, value]) => value !== 0 && value !== '')
  return {
    OperationType: 'ADD',
    ProductId: row.product_id,
    PicName: row.pic_name,
    CategoryId: row.category_id,
    ...Object.fromEntries(attributes.map(([name, value]) => [`${name[0]?.toUpperCase()}${name.slice(1)}`, value])),
    ...(row.custom_content && { CustomContent: row.custom_content }),
    Region: row.region,
  }
}

/** `intAttr2` is the column `int_attr2`. */
function column<N extends (typeof INT_ATTRIBUTES)[number] | (typeof STR_ATTRIBUTES)[number]>(name: N) {
  return name.replace('Attr', '_attr') as N extends `${infer K}Attr${infer D}` ? `${K}_attr${D}` : never
}
