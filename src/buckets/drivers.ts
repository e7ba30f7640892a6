/** One driver a protocol. The SDKs are large: each is loaded when the first bucket of its kind is opened. */
import { openFolder } from './file.ts'
import type { BucketCredentials, BucketSource, Driver, DriverOptions } from './options.ts'
import type { Bucket } from './port.ts'

/**
 * Opens a bucket as the protocol gives it: a failure that may pass is thrown once, as BucketUnreachable or another
 * retryable error; waiting, trying again and limits are the business of `reliable.ts`.
 */
type Open<D extends Driver> = (
  name: string,
  options: DriverOptions[D],
  credentials: BucketCredentials | undefined,
) => Promise<Bucket>

interface DriverEntry<D extends Driver> {
  readonly open: Open<D>
  /** One opened driver serves all: it holds connections and temporary keys. A folder is looked at anew each time. */
  readonly isShared: boolean
}

const DRIVERS: { readonly [D in Driver]: DriverEntry<D> } = {
  file: { isShared: false, open: (name, { folder }) => openFolder(name, folder) },
  s3: { isShared: true, open: async (...parts) => (await import('./s3.ts')).openS3(...parts) },
  oss: { isShared: true, open: async (...parts) => (await import('./oss.ts')).openOss(...parts) },
  http: { isShared: true, open: async (name, options) => (await import('./http.ts')).openHttp(name, options) },
}

export function isShared(driver: Driver): boolean {
  return DRIVERS[driver].isShared
}

/** @throws BucketUnreachable */
export function openDriver(
  name: string,
  { driver, options }: BucketSource,
  credentials: BucketCredentials | undefined,
): Promise<Bucket> {
  // The union says that driver and options belong together; TypeScript cannot follow it through the table.
  const { open } = DRIVERS[driver] as DriverEntry<Driver>
  return open(name, options, credentials)
}
