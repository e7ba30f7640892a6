/**
 * The vision room: bytes of a picture in; its size, subject, vector, hash and thumbnail out. Texts in, vectors out, when
 * the model has an encoder for them.
 *
 * All decoding and all model work runs in worker processes, which may crash; searches go before imports.
 */
import type { PictureRules } from './picture-rules.ts'

export { PICTURE_RULES, type PictureRules } from './picture-rules.ts'
export { createVision, type VisionOptions } from './vision.ts'

/** A box in pixels of the picture as the caller sees it (EXIF orientation applied): x1 < x2, y1 < y2, exclusive ends. */
export interface Region {
  readonly x1: number
  readonly x2: number
  readonly y1: number
  readonly y2: number
}

export type Priority = 'search' | 'import'

export interface AnalyseOptions {
  readonly rules: PictureRules
  readonly priority: Priority
  /** The box to look at; wins over `crop`. Out of bounds is `RegionInvalid`. */
  readonly region?: Region
  /** Detect the subject (default true); false = the whole picture. */
  readonly crop?: boolean
  /** Make a thumbnail (JPEG, longest side 256 px). */
  readonly thumbnail?: boolean
  readonly signal?: AbortSignal
}

export interface Analysis {
  readonly width: number
  readonly height: number
  /** The box the vector stands for, or was detected as the subject. */
  readonly region: Region
  /** All candidates, the chosen one first. */
  readonly regions: readonly Region[]
  /** Length 1, raw (no mean taken out). */
  readonly vector: Float32Array
  /** 64-bit dHash of the whole picture, 8 bytes big-endian. */
  readonly dhash: Uint8Array
  readonly thumbnail?: Uint8Array
  readonly timings: { readonly waitMs: number; readonly decodeMs: number; readonly embedMs: number }
}

export interface VisionModel {
  /** Goes into every vector's row; vectors of different ids never mix. */
  readonly id: string
  readonly dimension: number
  /** It has a text encoder beside that for pictures. */
  readonly readsText: boolean
}

export interface Vision {
  readonly model: VisionModel
  /**
   * Decodes and embeds one picture.
   *
   * @throws SightlineError PictureEmpty, PictureTooSmall, PictureTooLarge, PictureTooHeavy, PictureUnreadable,
   * PictureFormatUnsupported, PictureRotated, RegionInvalid, ServerBusy, StoppingNow. A picture that kills its worker twice
   * is PictureUnreadable and costs no other; one whose `signal` fires rejects with the signal's reason.
   */
  analyse(bytes: Uint8Array, options: AnalyseOptions): Promise<Analysis>
  /**
   * The vector of a text, among those of pictures; length 1, raw.
   *
   * @throws SightlineError TextEncoderMissing, ServerBusy, StoppingNow
   */
  embedText(text: string, signal?: AbortSignal): Promise<Float32Array>
  /** Pictures and texts waiting or in work. */
  load(): { waiting: number; running: number; workers: number }
  close(): Promise<void>
}
