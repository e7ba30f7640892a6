/** What an answer of an S3 store means for whoever reads it. */
import { clip, problem, SightlineError } from '../errors.ts'

/** Whose keys are wrong, whatever is asked. */
const CREDENTIALS = new Set([
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidToken',
  'InvalidClientTokenId',
  'TokenRefreshRequired',
  'InvalidSecurity',
  'CredentialsProviderError',
])
/** Passes: the SDK has corrected its clock by the answer's date when it is asked again. */
const CLOCK = new Set(['RequestTimeTooSkewed', 'RequestInTheFuture', 'RequestExpired'])
const ELSEWHERE = new Set(['PermanentRedirect', 'AuthorizationHeaderMalformed', 'IllegalLocationConstraintException'])
const PASSING = new Set(['SlowDown', 'RequestTimeout', 'Throttling', 'ThrottlingException', 'TooManyRequests'])

interface Place {
  readonly name: string
  /** Name at the store. */
  readonly bucket: string
  /** Absent = the listing. */
  readonly key?: string
}

/** Errors of the table and aborts stay what they are. */
export function s3Problem(error: unknown, { name, bucket, key }: Place): unknown {
  if (error instanceof SightlineError || (error as Error).name === 'AbortError') return error
  const { code, status, reason } = describe(error)
  const cause = { cause: error }

  if (CREDENTIALS.has(code)) return problem('BucketCredentialsRefused', { name, reason }, cause)
  if (code === 'NoSuchBucket') return problem('BucketNotAtStore', { name, bucket }, cause)
  if (
    CLOCK.has(code) ||
    PASSING.has(code) ||
    status === undefined ||
    status === 429 ||
    (status >= 500 && status !== 501)
  ) {
    return problem('BucketUnreachable', { name, reason }, cause)
  }
  if (key !== undefined) {
    if (code === 'InvalidObjectState') {
      return problem(
        'ObjectNotReadable',
        { key: clip(key), reason },
        { ...cause, hint: 'Restore it from the archive.' },
      )
    }
    if (status === 404) return problem('ObjectNotFound', { key: clip(key) }, cause)
    if (status === 412) return problem('ObjectChanged', { key: clip(key) }, cause)
    if (status === 403) return problem('ObjectNotReadable', { key: clip(key), reason }, { ...cause, hint: OBJECT_HINT })
  }
  if (status === 403) return problem('BucketNotPermitted', { name, action: 'list its objects', reason }, cause)
  if (status === 301 || ELSEWHERE.has(code)) {
    const { Region: region } = error as { Region?: string }
    const hint = `Give the bucket the region${region ? ` ${region}` : ''} and the endpoint where it lies.`
    return problem('BucketRefused', { name, reason }, { ...cause, hint })
  }
  return problem('BucketRefused', { name, reason }, cause)
}

const OBJECT_HINT =
  'Allow the credentials of the bucket to get this object (s3:GetObject). Without the right to list, stores answer the same for objects that do not exist.'

function describe(error: unknown): { code: string; status: number | undefined; reason: string } {
  const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } }
  const { Code: code = name } = error as { Code?: string }
  const { code: system } = error as { code?: string }
  const text = message && message !== code ? `${code}: ${message}` : code
  return { code, status: $metadata?.httpStatusCode, reason: clip(text === 'Error' ? (system ?? text) : text, 200) }
}
