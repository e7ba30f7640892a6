/** Keys that may be asked of a remote store. */
import { clip, problem } from '../errors.ts'

/** Whether a policy for a prefix says something true about the key: none with `..` parts, a leading slash or a zero. */
export function isInside(key: string): boolean {
  return !key.startsWith('/') && !key.includes('\0') && !key.split('/').includes('..')
}

/** @throws ObjectOutsideBucket, and ObjectNotFound for what can only be a folder, or no name at all */
export function checkKey(key: string): void {
  if (!isInside(key)) throw problem('ObjectOutsideBucket', { key: clip(key) })
  // Half of a surrogate pair has no bytes in UTF-8, so no store has it in a name.
  if (key === '' || key.endsWith('/') || !key.isWellFormed()) throw problem('ObjectNotFound', { key: clip(key) })
}
