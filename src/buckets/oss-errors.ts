/** What an answer of OSS means for whoever reads it. */
import { clip, problem, SightlineError } from '../errors.ts'

/** Whose keys are wrong, whatever is asked. */
const CREDENTIALS = new Set([
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'SecurityTokenExpired',
  'InvalidSecurityToken',
  'SecurityTokenNotSupported',
  'RequestTimeTooSkewed',
])
/** The account or the domain, whatever the rights. */
const REFUSED = new Set(['SecondLevelDomainForbidden', 'UserDisable', 'InvalidBucketName', 'InvalidDomainName'])
const ARCHIVED_HINT = 'Restore it from the archive, or allow reading archived objects directly for the bucket.'
const OBJECT_HINT =
  'Allow the credentials of the bucket to get this object (oss:GetObject). Without the right to list, OSS answers the same for objects that do not exist.'
const ENDPOINT_HINT =
  'Give the bucket the region and the endpoint where it lies; newer accounts need a domain (--cname).'

interface Place {
  readonly name: string
  /** Name at the store. */
  readonly bucket: string
  /** Absent = the listing. */
  readonly key?: string
}

/** Errors of the table stay what they are. */
export function ossProblem(error: unknown, { name, bucket, key }: Place): unknown {
  if (error instanceof SightlineError) return error
  const { code = '', status, message } = error as { code?: string; status?: number; message: string }
  const cause = { cause: error }
  const text = code && code !== 'RequestError' ? `${code}: ${message}` : message
  const reason = clip(text, 200)

  if (CREDENTIALS.has(code)) return problem('BucketCredentialsRefused', { name, reason }, cause)
  if (code === 'NoSuchBucket') return problem('BucketNotAtStore', { name, bucket }, cause)
  // Broken connections and answers that are no answers have no status, or -1.
  if (status === undefined || status < 300 || status === 429 || (status >= 500 && status !== 501)) {
    return problem('BucketUnreachable', { name, reason }, cause)
  }
  const isElsewhere = /must be addressed using|endpoint/i.test(message) && status === 403
  if (REFUSED.has(code) || isElsewhere || status === 301 || status === 307) {
    return problem('BucketRefused', { name, reason }, { ...cause, hint: ENDPOINT_HINT })
  }
  if (key !== undefined) {
    const object = { key: clip(key), reason }
    if (code === 'InvalidObjectState') return problem('ObjectNotReadable', object, { ...cause, hint: ARCHIVED_HINT })
    if (status === 404) return problem('ObjectNotFound', { key: clip(key) }, cause)
    if (status === 412) return problem('ObjectChanged', { key: clip(key) }, cause)
    if (status === 403) return problem('ObjectNotReadable', object, { ...cause, hint: OBJECT_HINT })
  }
  if (status === 403) return problem('BucketNotPermitted', { name, action: 'list its objects', reason }, cause)
  return problem('BucketRefused', { name, reason }, cause)
}
