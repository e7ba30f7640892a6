/**
 * Images that are ready at about the same time are written together: the same statements for all of them instead of ten
 * messages to the database's thread for each.
 */
import { keyText } from '../store/image-writes.ts'
import type { Store, Trx } from '../store/index.ts'
import { type ImageToWrite, type Written, writeImages } from './write-images.ts'

export interface PutWrite extends ImageToWrite {
  /** Runs in the transaction of the image; throwing undoes this image's write alone. */
  alongside(trx: Trx, written: Written): Promise<void>
}

export interface PutWrites {
  /** @returns undefined when the instance is full */
  write(image: PutWrite): Promise<Written | undefined>
}

const MAX_TOGETHER = 16
/** Rows of an import wait for others; a caller's image only for those that are being written. */
const IMPORT_WAIT_MS = 30

interface Waiting {
  readonly image: PutWrite
  readonly resolve: (written: Written | undefined) => void
  readonly reject: (error: unknown) => void
}

export function createPutWrites(store: Store, model: string): PutWrites {
  /** Images of one instance and one import, or none: what is waiting, in order, while a writer is at work on it. */
  const queues = new Map<string, Waiting[]>()

  async function workOff(name: string, waiting: Waiting[], isImport: boolean): Promise<void> {
    while (waiting.length > 0) {
      if (isImport && waiting.length < MAX_TOGETHER) await new Promise((resolve) => setTimeout(resolve, IMPORT_WAIT_MS))
      await commit(waiting.splice(0, countTogether(waiting)))
    }
    queues.delete(name)
  }

  async function commit(waiting: readonly Waiting[]): Promise<void> {
    const images = waiting.map(({ image }) => image)
    try {
      const written = await store.write((trx) => writeAll(trx, images))
      if (written || waiting.length === 1) for (const [i, one] of waiting.entries()) one.resolve(written?.[i])
      else await commitOneByOne(waiting)
    } catch (error) {
      if (waiting.length === 1) waiting[0]!.reject(error)
      else await commitOneByOne(waiting)
    }
  }

  /** What stops one of them must not stop the others. */
  async function commitOneByOne(waiting: readonly Waiting[]): Promise<void> {
    for (const one of waiting) await commit([one])
  }

  async function writeAll(trx: Trx, images: readonly PutWrite[]): Promise<Written[] | undefined> {
    const written = await writeImages(trx, model, images)
    if (!written) return undefined
    for (const [i, image] of images.entries()) await image.alongside(trx, written[i]!)
    return written
  }

  return {
    write: (image) =>
      new Promise((resolve, reject) => {
        const { instance_id: instanceId, import_id: importId } = image.row
        const name = `${instanceId}/${importId}`
        const queue = queues.get(name)
        if (queue) return queue.push({ image, resolve, reject })
        const waiting = [{ image, resolve, reject }]
        queues.set(name, waiting)
        void workOff(name, waiting, importId !== 0)
      }),
  }
}

/** The first ones whose keys differ. */
function countTogether(waiting: readonly Waiting[]): number {
  const keys = new Set<string>()
  for (const { image } of waiting) {
    if (keys.size === MAX_TOGETHER || keys.has(keyText(image.row))) break
    keys.add(keyText(image.row))
  }
  return keys.size
}
