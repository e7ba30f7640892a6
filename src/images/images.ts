import type { Attributes } from '../attributes.ts'
import type { Filter } from '../filter.ts'
import type { Trx } from '../store/index.ts'
import type { Analysis, Priority, Region } from '../vision/index.ts'

/** What a caller may say of an image. Absent = default (put) or unchanged (update). */
export interface ImageFields extends Partial<Attributes> {
  readonly customContent?: string
}

export interface PutInput extends ImageFields {
  readonly productId: string
  readonly picName: string
  readonly picture: Uint8Array
  /** Product instances: absent = predicted. Other instances: always {@link CATEGORY_OTHERS}. */
  readonly categoryId?: number
  readonly region?: Region
  readonly crop?: boolean
  readonly sourceEtag?: string
  /** Of the object and of all that was said of it; `keepUnchanged` compares it. */
  readonly sourceDigest?: string
}

/** One line of an import: it is carried out only as far as no later line of the same import has spoken for its key. */
export interface ImportLine {
  readonly importId: number
  /** 1-based. */
  readonly line: number
  /** What predicts categories, frozen at the import's start (see `images.prediction`); '' = as it is now. */
  readonly prediction: string
}

/**
 * What a write came to. 'superseded': a later line of the same import has written or deleted the key, nothing was
 * changed.
 */
export type WriteOutcome = 'stored' | 'removed' | 'superseded'

/**
 * Writes more in the transaction of an image, so that both are stored or neither is: an import's row outcome, say. It
 * may run again in another transaction when the first one failed, never twice in one. Throwing undoes the write. Do no
 * other work than queries here: every writer waits for it.
 */
export type Alongside = (trx: Trx, outcome: WriteOutcome) => Promise<void>

export interface WriteContext {
  readonly priority: Priority
  readonly import?: ImportLine
  readonly alongside?: Alongside
  readonly signal?: AbortSignal
}

/** A picture, or the whole product when picName is absent. */
export interface ImageKey {
  readonly productId: string
  readonly picName?: string
}

/** A row of an import that says of an object what may have been said of it before. */
export interface UnchangedRow {
  readonly line: number
  readonly productId: string
  readonly picName: string
  /** See `PutInput`. */
  readonly sourceDigest: string
}

/** Many deletes of one import at once. */
export interface RemoveManyContext {
  readonly importId: number
  /** Runs once in the transaction of all keys. */
  readonly alongside?: (trx: Trx) => Promise<void>
  readonly signal?: AbortSignal
}

export interface PutResult {
  readonly outcome: 'stored' | 'superseded'
  /** 0 when superseded. */
  readonly imageId: number
  readonly categoryId: number
  readonly region: Region
  readonly regions: readonly Region[]
  readonly timings: Analysis['timings']
}

export interface Image extends Attributes {
  readonly id: number
  readonly instanceId: number
  readonly productId: string
  readonly picName: string
  readonly categoryId: number
  readonly customContent: string
  readonly region: string
  readonly width: number
  readonly height: number
  /** false = there is none to show. */
  readonly hasThumbnail: boolean
  /** Etag of the bucket's object that the picture came from; '' = not from a bucket. */
  readonly sourceEtag: string
  readonly createdMs: number
  readonly updatedMs: number
}

export interface Images {
  /**
   * Decodes, embeds and stores one picture; an image of the same key is replaced as a whole. When it resolves the
   * image is on the disk and the next search finds it.
   *
   * @throws the errors of `vision.analyse`, InstanceFull, the *Invalid errors of the fields, StorageFailed
   */
  put(instanceId: number, input: PutInput, context: WriteContext): Promise<PutResult>
  /**
   * Changes fields of one image, or of all images of the product when picName is absent; the vector stays.
   *
   * @returns how many images it changed
   * @throws ImageNotFound
   */
  update(instanceId: number, key: ImageKey, fields: ImageFields): Promise<number>
  /**
   * Deletes one image or a product; says which pictures it deleted (their PicNames). Unknown keys are no error. With
   * `context.import` rows that a later line wrote stay, and a tombstone keeps earlier lines from bringing others back.
   */
  remove(instanceId: number, key: ImageKey, context: WriteContext): Promise<string[]>
  /** `remove` for many lines of an import, in one transaction. At most some thousand keys. */
  removeMany(
    instanceId: number,
    keys: readonly (ImageKey & { readonly line: number })[],
    context: RemoveManyContext,
  ): Promise<void>
  /**
   * Finds the rows whose image was put with the same digest and not changed since. They count as carried out: no earlier
   * line of the import touches their images any more. In one transaction; at most some thousand rows.
   *
   * @returns the lines of those rows
   */
  keepUnchanged(instanceId: number, importId: number, rows: readonly UnchangedRow[]): Promise<ReadonlySet<number>>
  /** Deletes all images that match; says which. */
  removeByFilter(instanceId: number, filter: Filter): Promise<{ productId: string; picName: string }[]>
  find(instanceId: number, key: { productId: string; picName: string }): Promise<Image | undefined>
  /**
   * Images in order of id, for browsing and by filter. `afterId` and `beforeId` (the last `limit` before it; wins over
   * `start`) cost the same anywhere in a million; `start` costs more the larger it is.
   */
  list(
    instanceId: number,
    page: {
      filter?: Filter
      productId?: string
      limit: number
      start: number
      afterId?: number
      beforeId?: number
    },
  ): Promise<Image[]>
  count(instanceId: number, filter?: Filter): Promise<number>
  /** Images of these ids, by id; those that are gone are left out. */
  load(instanceId: number, ids: readonly number[]): Promise<Map<number, Image>>
  /** A stored image with its vector, length 1, raw. */
  findWithVector(
    instanceId: number,
    key: { productId: string; picName: string },
  ): Promise<{ readonly image: Image; readonly vector: Float32Array } | undefined>
  /** Categories that a picture with this vector may belong to, likeliest first, never empty. */
  rankCategories(instanceId: number, vector: Float32Array): Promise<number[]>
  /** JSON of what predicts categories, as it is now; given to an import so that its predictions are repeatable. */
  prediction(instanceId: number): Promise<string>
  /** JPEG, longest side 256 px; undefined = there is none. */
  thumbnail(instanceId: number, imageId: number): Promise<Uint8Array | undefined>
}
