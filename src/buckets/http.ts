/** Driver `http`: URLs below one base as a bucket. */
import { problem } from '../errors.ts'
import type { HttpOptions } from './options.ts'
import type { Bucket } from './port.ts'

export async function openHttp(name: string, _options: HttpOptions): Promise<Bucket> {
  throw problem('BucketUnreachable', { name, reason: 'the driver is not there yet' })
}
