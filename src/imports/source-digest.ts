import { hash } from 'node:crypto'
import type { AddRow } from './manifest-row.ts'
import type { PictureObject } from './read-picture.ts'

/** 132 bits of what an image is made from: the object, and all that the row says of it. */
export function sourceDigest(bucket: string, { key, etag }: PictureObject, row: AddRow): string {
  const { fields, categoryId = null, region = null, crop = null } = row
  return hash('sha256', JSON.stringify([bucket, key, etag, fields, categoryId, region, crop]), 'base64url').slice(0, 22)
}
