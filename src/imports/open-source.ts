import type { ImportsParts } from './active-imports.ts'
import { findManifest, folderOfPath } from './manifest.ts'

/** Where an import reads, as far as its role allows. @throws PathInvalid, Bucket* errors, RoleNotFound, RoleNotTrusted */
export async function openSource(
  { buckets, access }: Pick<ImportsParts, 'buckets' | 'access'>,
  bucketName: string,
  path: string,
  roleArn: string,
) {
  const folder = folderOfPath(path)
  const bucket = await buckets.open(bucketName)
  const reader = await access.objectReader(roleArn)
  return { bucket, folder, mayRead: (key: string) => reader(bucketName, key) }
}

/** The same with its manifest. @throws see `Imports.start` */
export async function openManifest(
  parts: Pick<ImportsParts, 'buckets' | 'access'>,
  bucketName: string,
  path: string,
  roleArn: string,
) {
  const { bucket, folder, mayRead } = await openSource(parts, bucketName, path, roleArn)
  return { manifest: await findManifest(bucket, folder, mayRead), mayRead }
}
