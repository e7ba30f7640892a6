/** Driver `oss`: Alibaba Cloud OSS by its own protocol. */
import { problem } from '../errors.ts'
import type { BucketCredentials, OssOptions } from './options.ts'
import type { Bucket } from './port.ts'

export async function openOss(name: string, _options: OssOptions, _credentials?: BucketCredentials): Promise<Bucket> {
  throw problem('BucketUnreachable', { name, reason: 'the driver is not there yet' })
}
