/**
 * The images room, the write path: images are put, changed and deleted here, whoever asks (API, import, console). What
 * it has acknowledged is on the disk and found by the next search.
 */
export { createImages } from './create-images.ts'
export { createDumps, type Dump, type Dumps } from './dumps.ts'
export { checkCategory } from './fields.ts'
export type {
  Alongside,
  Image,
  ImageFields,
  ImageKey,
  Images,
  ImportLine,
  PutInput,
  PutResult,
  RemoveManyContext,
  WriteContext,
  WriteOutcome,
} from './images.ts'
export { createThumbnails, type Thumbnails } from './thumbnails.ts'
