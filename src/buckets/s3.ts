/** Driver `s3`: AWS and every store that speaks its protocol. */
import { problem } from '../errors.ts'
import type { BucketCredentials, S3Options } from './options.ts'
import type { Bucket } from './port.ts'

export async function openS3(name: string, _options: S3Options, _credentials?: BucketCredentials): Promise<Bucket> {
  throw problem('BucketUnreachable', { name, reason: 'the driver is not there yet' })
}
