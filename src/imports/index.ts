/**
 * Imports: increment.meta is parsed, its rows run in parallel with the result of running them in order, every row has
 * an outcome.
 */

export type { ImportsParts } from './active-imports.ts'
export type { ImportEvent } from './callback-body.ts'
export { createImports } from './create-imports.ts'
export type {
  ImportCallback,
  ImportStages,
  ImportStart,
  ImportStatus,
  ImportSurvey,
  Imports,
  RowOutcome,
} from './imports.ts'
export { type ManifestPreview, type PreviewLine, previewManifest } from './preview-manifest.ts'
export { rowPicture } from './row-picture.ts'
