/** What is checked of a bucket before it is kept; whether its store answers is for `test`. */
import { access, constants, realpath, stat } from 'node:fs/promises'
import { isAbsolute, relative, resolve, sep } from 'node:path'
import { clip, problem } from '../errors.ts'
import type { BucketCredentials, BucketSource, HttpOptions, OssOptions, S3Options } from './options.ts'

/** Names as object stores take them: they go into resource names of policies. */
const NAME = /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/
/** What stores have allowed over the years: older names of AWS and Ceph have capitals, dots and underscores. */
const STORE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$/
const OSS_NAME = /^[a-z0-9_][a-z0-9_-]{1,61}[a-z0-9_]$/
const REGION = /^[a-z0-9-]{1,64}$/

/** @throws BucketNameInvalid */
export function checkName(name: string): void {
  if (!NAME.test(name)) throw problem('BucketNameInvalid', { name: clip(name) })
}

/**
 * @param allowedRoots folders below which folder buckets may lie; absent = anywhere
 * @returns the source as it is kept: a folder without links
 * @throws BucketFolderMissing, BucketFolderNotAllowed, ParameterInvalid
 */
export async function checkSource(source: BucketSource, allowedRoots?: readonly string[]): Promise<BucketSource> {
  const { driver, options } = source
  if (driver === 'file') {
    const folder = await readableFolder(options.folder)
    await checkAllowed(folder, allowedRoots)
    return { driver, options: { folder } }
  }
  checkLimits(options)
  if (driver === 'http') checkBase(options.url)
  else checkStore(options)
  if (driver === 'oss' && !OSS_NAME.test(options.bucket)) {
    throw invalid('bucket', 'the name of a bucket of OSS', `"${clip(options.bucket)}"`)
  }
  return source
}

/**
 * Credentials belong to drivers that sign with a key, and those need them.
 *
 * @throws BucketCredentialsMissing, ParameterInvalid
 */
export function checkCredentials({ driver, options }: BucketSource, credentials: BucketCredentials | undefined): void {
  const takesKey = (driver === 's3' || driver === 'oss') && (options.auth ?? 'key') === 'key'
  if (takesKey && !credentials) throw problem('BucketCredentialsMissing', { driver })
  if (credentials && !takesKey)
    throw invalid('credentials', 'absent for a bucket that does not sign with a key', 'some')
  for (const [field, value] of Object.entries(credentials ?? {})) {
    if (!/^[\x21-\x7e]+$/.test(value)) throw invalid(field, 'visible ASCII characters', 'something else')
  }
}

function checkStore(options: S3Options | OssOptions): void {
  const { bucket, region, endpoint, stsEndpoint, auth, roleArn } = options
  if (!STORE_NAME.test(bucket)) throw invalid('bucket', 'the name of a bucket at its store', `"${clip(bucket)}"`)
  if (region !== undefined && !REGION.test(region)) throw invalid('region', 'the name of a region', `"${clip(region)}"`)
  if (auth === 'anonymous' && roleArn !== undefined) throw invalid('roleArn', 'absent without a key to take it', 'one')
  if (endpoint !== undefined) checkUrl('endpoint', endpoint, false)
  if (stsEndpoint !== undefined) checkUrl('stsEndpoint', stsEndpoint, false)
}

function checkLimits({ maxRequests, maxBytesPerSecond }: S3Options | OssOptions | HttpOptions): void {
  if (maxRequests !== undefined && !(Number.isInteger(maxRequests) && maxRequests >= 1 && maxRequests <= 1000)) {
    throw invalid('maxRequests', 'an integer from 1 to 1000', String(maxRequests))
  }
  if (maxBytesPerSecond !== undefined && !(maxBytesPerSecond >= 1024)) {
    throw invalid('maxBytesPerSecond', 'at least 1024', String(maxBytesPerSecond))
  }
}

function checkBase(text: string): void {
  checkUrl('url', text, true)
  const { search, hash } = new URL(text)
  if (search !== '' || hash !== '') throw invalid('url', 'a URL without query and fragment', `"${clip(text)}"`)
}

function checkUrl(name: string, text: string, hasPath: boolean): void {
  const url = URL.parse(text)
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw invalid(name, 'a URL with http: or https:', `"${clip(text)}"`)
  }
  if (url.username !== '' || url.password !== '')
    throw invalid(name, 'a URL without user and password', 'one with them')
  if (!hasPath && (url.pathname !== '/' || url.search !== '')) {
    throw invalid(name, 'a URL without path and query', `"${clip(text)}"`)
  }
}

/** @returns the path without links */
async function readableFolder(folder: string): Promise<string> {
  if (!isAbsolute(folder) || folder.includes('\0')) throw invalid('folder', 'an absolute path', `"${clip(folder)}"`)
  try {
    const real = await realpath(folder)
    if (!(await stat(real)).isDirectory()) throw new Error('it is not a folder')
    await access(real, constants.R_OK | constants.X_OK)
    return real
  } catch (error) {
    throw problem(
      'BucketFolderMissing',
      { folder: clip(folder, 200), reason: (error as Error).message },
      { cause: error },
    )
  }
}

async function checkAllowed(folder: string, roots: readonly string[] | undefined): Promise<void> {
  if (!roots) return
  for (const root of roots) {
    const real = await realpath(root).catch(() => resolve(root))
    const path = relative(real, folder)
    if (path === '' || !(path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path))) return
  }
  throw problem('BucketFolderNotAllowed', { folder: clip(folder, 200) })
}

function invalid(name: string, expected: string, found: string) {
  return problem('ParameterInvalid', { name, expected, found })
}
