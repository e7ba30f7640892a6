import { problem } from '../errors.ts'
import type { Instance } from '../instances/index.ts'
import { countStoredKeys } from '../store/images.ts'
import type { ImportsParts } from './active-imports.ts'
import { HEAD_BYTES, type Manifest, readManifest } from './manifest.ts'
import { readLines } from './manifest-lines.ts'
import type { AddRow } from './manifest-row.ts'
import { readRow } from './read-row.ts'

/** Rows that are looked at. */
const SAMPLE = 100

/**
 * Refuses an import into a full instance when it begins with new images only: all of them would fail. Where it begins
 * with rows that delete or overwrite it may make sense, and every row that finds no room says so.
 *
 * @throws InstanceFull
 */
export async function checkRoom(
  { store, images, instances }: Pick<ImportsParts, 'store' | 'images' | 'instances'>,
  instance: Instance,
  manifest: Manifest,
): Promise<void> {
  const { name, capacity } = instances.byId(instance.id)
  if ((await images.count(instance.id)) < capacity) return
  const adds: AddRow[] = []
  const end = Math.min(manifest.sizeBytes, HEAD_BYTES)
  for await (const line of readLines(readManifest(manifest, { start: 0, end }), 1)) {
    const row = readRow(line)?.row
    if (row?.operation === 'DELETE') return
    if (row?.operation === 'ADD' && adds.push(row) === SAMPLE) break
  }
  if (adds.length === 0 || (await countStoredKeys(store.read, instance.id, adds)) > 0) return
  throw problem('InstanceFull', { name, capacity })
}
