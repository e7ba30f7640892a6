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
/** The right key at the wrong door: region, endpoint or addressing. */
const WRONG_DOOR = new Set([
  'PermanentRedirect',
  'AuthorizationHeaderMalformed',
  'IllegalLocationConstraintException',
  'InvalidBucketName',
  'SecondLevelDomainForbidden',
])
const PASSING = new Set(['SlowDown', 'RequestTimeout', 'Throttling', 'ThrottlingException', 'TooManyRequests'])

interface Place {
  readonly name: string
  /** Name at the store. */
  readonly bucket: string
  /** Absent = the listing. */
  readonly key?: string
}

/** No temporary keys were given: said here, or it would read as if the object were refused. */
export function roleProblem(name: string, roleArn: string, error: unknown): SightlineError {
  const { status, reason } = describe(error)
  const isRefused = status !== undefined && status >= 400 && status < 500
  const params = { name, reason: `the role ${roleArn} cannot be taken (${reason})` }
  return problem(isRefused ? 'BucketCredentialsRefused' : 'BucketUnreachable', params, { cause: error })
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
  if (status === 301 || WRONG_DOOR.has(code)) {
    const { Region: region } = error as { Region?: string }
    return problem('BucketRefused', { name, reason: region ? `${reason}; it lies in ${region}` : reason }, cause)
  }
  if (key !== undefined) return objectProblem(key, code, status, reason, cause)
  if (status === 403) return problem('BucketNotPermitted', { name, action: 'list its objects', reason }, cause)
  return problem('BucketRefused', { name, reason }, cause)
}

function objectProblem(key: string, code: string, status: number, reason: string, cause: { cause: unknown }) {
  if (status === 404) return problem('ObjectNotFound', { key: clip(key) }, cause)
  if (status === 412) return problem('ObjectChanged', { key: clip(key) }, cause)
  const hint = code === 'InvalidObjectState' ? ARCHIVE_HINT : OBJECT_HINT
  return problem('ObjectNotReadable', { key: clip(key), reason }, { ...cause, hint })
}

const ARCHIVE_HINT = 'Restore the object from the archive, or leave it out of the manifest.'
const OBJECT_HINT =
  'Allow the credentials of the bucket to get this object (s3:GetObject). Without the right to list, stores answer the same for objects that do not exist.'

function describe(error: unknown): { code: string; status: number | undefined; reason: string } {
  const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } }
  const { Code: code = name } = error as { Code?: string }
  const { code: system } = error as { code?: string }
  const isTelling = message && message !== code && message !== 'UnknownError'
  const text = isTelling ? `${code}: ${message}` : code
  return { code, status: $metadata?.httpStatusCode, reason: clip(text === 'Error' ? (system ?? text) : text, 200) }
}
