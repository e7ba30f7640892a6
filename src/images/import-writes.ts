/**
 * Rows of an import that are ready at about the same time are written together: the same statements for all of them
 * instead of ten messages to the database's thread, and a wait for the disk, for each.
 */
import { keyText } from '../store/image-writes.ts'
import type { Store, Trx } from '../store/index.ts'
import { type ImageToWrite, type Written, writeImages } from './write-images.ts'

export interface ImportWrite extends ImageToWrite {
  /** Runs in the transaction of the image; throwing undoes this image's write alone. */
  alongside(trx: Trx, written: Written): Promise<void>
}

export interface ImportWrites {
  /** @returns undefined when the instance is full */
  write(image: ImportWrite): Promise<Written | undefined>
}

const MAX_TOGETHER = 16
const WAIT_MS = 30

interface Waiting {
  readonly image: ImportWrite
  readonly resolve: (written: Written | undefined) => void
  readonly reject: (error: unknown) => void
}

/** Images of one import; their keys differ. */
type Batch = Map<string, Waiting>

export function createImportWrites(store: Store, model: string): ImportWrites {
  /** By import. */
  const batches = new Map<number, Batch>()

  function open(importId: number): Batch {
    const batch: Batch = new Map()
    batches.set(importId, batch)
    setTimeout(() => close(importId, batch), WAIT_MS)
    return batch
  }

  function close(importId: number, batch: Batch): void {
    if (batches.get(importId) !== batch) return
    batches.delete(importId)
    void commit([...batch.values()])
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

  async function writeAll(trx: Trx, images: readonly ImportWrite[]): Promise<Written[] | undefined> {
    const written = await writeImages(trx, model, images)
    if (!written) return undefined
    for (const [i, image] of images.entries()) await image.alongside(trx, written[i]!)
    return written
  }

  return {
    write: (image) =>
      new Promise((resolve, reject) => {
        const importId = image.row.import_id
        const key = keyText(image.row)
        let batch = batches.get(importId) ?? open(importId)
        if (batch.has(key)) {
          close(importId, batch)
          batch = open(importId)
        }
        batch.set(key, { image, resolve, reject })
        if (batch.size === MAX_TOGETHER) close(importId, batch)
      }),
  }
}
