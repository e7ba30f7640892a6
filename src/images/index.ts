/**
 * The write path: images are put, changed and deleted here, whoever asks (API, import, console).
 */
import type { Attributes } from '../attributes.ts'
import type { Filter } from '../filter.ts'
import type { Priority, Region } from '../vision/index.ts'

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
}

/** One line of an import: the row is written only if no later line of the same import has spoken for its key. */
export interface ImportLine {
  readonly importId: number
  readonly line: number
  /** Category prototypes frozen at the import's start (see `images.prototypes`). */
  readonly prediction: string
}

export interface WriteContext {
  readonly priority: Priority
  readonly import?: ImportLine
  readonly signal?: AbortSignal
}

export interface PutResult {
  /** 'superseded': a later line of the same import has written or deleted the key; nothing was changed. */
  readonly outcome: 'stored' | 'superseded'
  readonly imageId: number
  readonly categoryId: number
  readonly region: Region
  readonly regions: readonly Region[]
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
  readonly thumbnail: string
  readonly createdMs: number
  readonly updatedMs: number
}

export interface Images {
  put(instanceId: number, input: PutInput, context: WriteContext): Promise<PutResult>
  /** Changes fields of one image, or of all images of the product when picName is absent. @throws ImageNotFound */
  update(instanceId: number, key: { productId: string; picName?: string }, fields: ImageFields): Promise<number>
  /** Deletes one image or a product; says which pictures it deleted. Unknown keys are no error. */
  remove(instanceId: number, key: { productId: string; picName?: string }, context: WriteContext): Promise<string[]>
  removeByFilter(instanceId: number, filter: Filter): Promise<string[]>
  find(instanceId: number, key: { productId: string; picName: string }): Promise<Image | undefined>
  /** Images in order of id, for browsing and by filter. */
  list(
    instanceId: number,
    page: { filter?: Filter; productId?: string; limit: number; start: number },
  ): Promise<Image[]>
  count(instanceId: number, filter?: Filter): Promise<number>
  /** JSON of the category prototypes as they are now; given to an import so that its predictions are repeatable. */
  prototypes(instanceId: number): Promise<string>
  thumbnail(instanceId: number, imageId: number): Promise<Uint8Array | undefined>
}
