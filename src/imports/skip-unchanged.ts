/** Rows that need not be run because the image is what they would make of it. */
import type { ImportRun } from './import-run.ts'
import type { AddRow } from './manifest-row.ts'
import { isPassing } from './run-row.ts'
import { sourceDigest } from './source-digest.ts'

/** Objects that are asked for at once, where the folder could not be listed. */
const LOOKED_UP_AT_ONCE = 16

/**
 * Skips those of the rows whose object and fields have not changed since they were imported.
 *
 * @returns the others
 * @throws what is not the rows' fault
 */
export async function skipUnchanged<T extends { readonly row: AddRow }>(
  { record: { id, instance_id, bucket }, images, pictures }: ImportRun,
  adds: readonly T[],
  signal: AbortSignal,
): Promise<T[]> {
  const asked: (AddRow & { sourceDigest: string })[] = []

  async function ask(row: AddRow): Promise<void> {
    const object = await pictures.locate(row.picName, signal).catch((error) => {
      if (signal.aborted || isPassing(error)) throw error
      // Whatever it is, running the row will say it.
    })
    if (object) asked.push({ ...row, sourceDigest: sourceDigest(bucket, object, row) })
  }

  for (let at = 0; at < adds.length; at += LOOKED_UP_AT_ONCE) {
    await Promise.all(adds.slice(at, at + LOOKED_UP_AT_ONCE).map(({ row }) => ask(row)))
  }
  const unchanged = await images.keepUnchanged(instance_id, id, asked)
  return adds.filter(({ row }) => !unchanged.has(row.line))
}
