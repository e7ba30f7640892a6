/** One driver a protocol. The SDKs are large: each is loaded when the first bucket of its kind is opened. */
import { openFolder } from './file.ts'
import type { BucketCredentials, BucketSource, Driver, DriverOptions, StoreLimits } from './options.ts'
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
  /** Requests in flight unless its options say otherwise; absent = what stores are made for. */
  readonly maxRequests?: number
}

/** A web server is made for people: two browsers ask for so many pictures at once. */
const WEB_REQUESTS = 8

const DRIVERS: { readonly [D in Driver]: DriverEntry<D> } = {
  file: { isShared: false, open: (name, { folder }) => openFolder(name, folder) },
  s3: { isShared: true, open: async (...parts) => (await import('./s3.ts')).openS3(...parts) },
  oss: { isShared: true, open: async (...parts) => (await import('./oss.ts')).openOss(...parts) },
  http: {
    isShared: true,
    maxRequests: WEB_REQUESTS,
    open: async (name, options) => (await import('./http.ts')).openHttp(name, options),
  },
}

export function isShared(driver: Driver): boolean {
  return DRIVERS[driver].isShared
}

/** How much of its store a bucket may take. */
export function storeLimits({ driver, options }: BucketSource): StoreLimits {
  const { maxRequests } = DRIVERS[driver]
  return { ...(maxRequests !== undefined && { maxRequests }), ...(options as StoreLimits) }
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
