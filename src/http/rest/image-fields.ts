/**
 * Schemas of what is said of an image and of a picture, shared by the routes that take them.
 */
import { Type } from 'typebox'
import { problem } from '../../errors.ts'
import type { Image } from '../../images/index.ts'
import type { Region } from '../../vision/index.ts'
import { region } from '../rpc/parameters.ts'

const INT32 = { minimum: -(2 ** 31), maximum: 2 ** 31 - 1 }

export const FIELDS = {
  customContent: Type.Optional(Type.String({ description: 'Given back as it is, at most 4096 characters.' })),
  intAttr: Type.Optional(Type.Integer(INT32)),
  intAttr2: Type.Optional(Type.Integer(INT32)),
  intAttr3: Type.Optional(Type.Integer(INT32)),
  intAttr4: Type.Optional(Type.Integer(INT32)),
  strAttr: Type.Optional(Type.String({ description: 'At most 128 characters.' })),
  strAttr2: Type.Optional(Type.String()),
  strAttr3: Type.Optional(Type.String()),
  strAttr4: Type.Optional(Type.String()),
}

/** A text in JSON, the bytes themselves when the body is the picture. */
export const PICTURE = Type.Unsafe<string | Uint8Array>({
  description: 'Base64, or an http(s) address. Or send the bytes as the body, and the other fields in the query.',
})

export const LOOK = {
  region: Type.Optional(Type.String({ description: 'Box to look at, `x1,x2,y1,y2` in pixels. Wins over crop.' })),
  crop: Type.Optional(Type.Boolean({ description: 'Find the subject (default), or look at the whole picture.' })),
}

/** @throws RegionInvalid */
export function readRegion(text: string | undefined): Region | undefined {
  return text === undefined ? undefined : region.read(text, 'region')
}

/** @throws PictureNotBase64 when it is neither a text nor bytes */
export function checkPicture(picture: unknown): string | Uint8Array {
  if (typeof picture === 'string' || picture instanceof Uint8Array) return picture
  throw problem('PictureNotBase64', {})
}

/** An image in an answer; `thumbnail` is the path of its small picture, '' = there is none. */
export function imageJson(instance: string, { hasThumbnail, instanceId: _, ...image }: Image): object {
  const path = `/v1/instances/${encodeURIComponent(instance)}/images/${image.id}/thumbnail`
  return { ...image, thumbnail: hasThumbnail ? path : '' }
}
