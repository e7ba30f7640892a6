/**
 * Every error that a user can meet, in one table.
 *
 * The key is the code that our own surfaces show (REST, CLI, import rows): one code per cause, never reused.
 * `official` is the code that the official API shows for it (its documented list has fewer and coarser ones).
 * Only these errors describe themselves to clients; anything else is logged with its request id and answered
 * `InternalError`. `docs/reference/errors.md` is generated from this table.
 */

interface ErrorEntry<P> {
  /** Code in answers of the official API. */
  readonly official: string
  /** HTTP status, the same on every surface. */
  readonly status: number
  /** Whether the same request can succeed later without being changed. */
  readonly retryable: boolean
  /** One sentence: what was expected, what was found. Values are clipped by the caller where they can be long. */
  readonly message: (params: P) => string
  /** What to do. */
  readonly hint: string
}

function entry<P = Record<never, never>>(e: ErrorEntry<P>): ErrorEntry<P> {
  return e
}

export const ERRORS = {
  // --- any request
  InternalError: entry({
    official: 'InternalError',
    status: 500,
    retryable: true,
    message: () => 'The request failed because of an unexpected error in the server.',
    hint: 'Look for the request id in the log of the server; the cause is there.',
  }),
  ParameterMissing: entry<{ name: string }>({
    official: 'MissingParameter',
    status: 400,
    retryable: false,
    message: ({ name }) => `Expected the parameter ${name}, got none.`,
    hint: 'Add the parameter.',
  }),
  ParameterInvalid: entry<{ name: string; expected: string; found: string }>({
    official: 'BadRequest',
    status: 400,
    retryable: false,
    message: ({ name, expected, found }) => `Expected ${name} to be ${expected}, got ${found}.`,
    hint: 'Correct the parameter.',
  }),
  BodyTooLarge: entry<{ maxBytes: number }>({
    official: 'BadRequest',
    status: 413,
    retryable: false,
    message: ({ maxBytes }) => `Expected a request body of at most ${maxBytes} bytes.`,
    hint: 'Send a smaller picture; most pictures need no more than 1000 px a side.',
  }),
  RouteNotFound: entry<{ method: string; path: string }>({
    official: 'InvalidAction.NotFound',
    status: 404,
    retryable: false,
    message: ({ method, path }) => `There is nothing at ${method} ${path}.`,
    hint: 'See docs/reference/api.md for the actions and routes there are.',
  }),
  StorageFailed: entry<{ reason: string }>({
    official: 'InternalError',
    status: 500,
    retryable: true,
    message: ({ reason }) => `The data folder cannot be written: ${reason}. Nothing of this request was stored.`,
    hint: 'Free disk space in the data folder, then send the request again.',
  }),
  DataFolderInUse: entry<{ folder: string; pid: string }>({
    official: 'InternalError',
    status: 500,
    retryable: false,
    message: ({ folder, pid }) =>
      `Expected the data folder ${folder} to be free, but the server with process id ${pid} uses it.`,
    hint: 'Stop that server, or start this one with another --data folder.',
  }),
  SettingInvalid: entry<{ name: string; source: string; expected: string; found: string }>({
    official: 'InternalError',
    status: 500,
    retryable: false,
    message: ({ name, source, expected, found }) =>
      `Expected the setting ${name} (${source}) to be ${expected}, got ${found}.`,
    hint: 'Correct the value; docs/reference/settings.md lists every setting.',
  }),
  SettingUnknown: entry<{ name: string; file: string }>({
    official: 'InternalError',
    status: 500,
    retryable: false,
    message: ({ name, file }) => `There is no setting named "${name}", but ${file} sets it.`,
    hint: 'Correct the name; docs/reference/settings.md lists every setting.',
  }),
  ConfigFileUnreadable: entry<{ file: string; reason: string }>({
    official: 'InternalError',
    status: 500,
    retryable: false,
    message: ({ file, reason }) => `Expected ${file} to be a config file, but it cannot be read: ${reason}.`,
    hint: 'A config file is one JSON object, for example {"port": 8750}.',
  }),
  StoppingNow: entry({
    official: 'ServiceUnavailable',
    status: 503,
    retryable: true,
    message: () => 'The server is stopping.',
    hint: 'Send the request again in a few seconds.',
  }),

  // --- instances
  InstanceNotFound: entry<{ name: string }>({
    official: 'InvalidInstance',
    status: 400,
    retryable: false,
    message: ({ name }) => `Expected the name of an instance, got "${name}", which does not exist.`,
    hint: 'List the instances with `sightline instance list`, or create this one.',
  }),
  InstanceNameInvalid: entry<{ name: string }>({
    official: 'InvalidInstanceName',
    status: 400,
    retryable: false,
    message: ({ name }) =>
      `Expected an instance name of 1 to 20 lower-case letters, digits and hyphens that starts with a letter, got "${name}".`,
    hint: 'Choose another name.',
  }),
  InstanceExists: entry<{ name: string }>({
    official: 'InstanceStatusError',
    status: 409,
    retryable: false,
    message: ({ name }) => `An instance named "${name}" exists already.`,
    hint: 'Choose another name, or use the instance there is.',
  }),
  InstanceFull: entry<{ name: string; capacity: number }>({
    official: 'InstanceOverQuota',
    status: 400,
    retryable: false,
    message: ({ name, capacity }) => `The instance "${name}" holds its capacity of ${capacity} images.`,
    hint: 'Raise the capacity of the instance, or delete images.',
  }),

  // --- images
  ImageNotFound: entry<{ productId: string; picName: string }>({
    official: 'PicNotExist',
    status: 400,
    retryable: false,
    message: ({ productId, picName }) =>
      `Expected an image that is stored, got product "${productId}", picture "${picName}".`,
    hint: 'Check ProductId and PicName; both are case-sensitive.',
  }),

  // --- pictures
  PictureEmpty: entry({
    official: 'NoSpecifiedPicContent',
    status: 400,
    retryable: false,
    message: () => 'Expected the bytes of a picture, got none.',
    hint: 'Send the picture as base64 or as an http(s) address.',
  }),
  PictureTooSmall: entry<{ width: number; height: number; min: number }>({
    official: 'UnsupportedPicPixels',
    status: 400,
    retryable: false,
    message: ({ width, height, min }) =>
      `Expected each side of the picture to be at least ${min} px, got ${width}x${height}.`,
    hint: 'Send a larger picture, or choose other pictureRules for the instance.',
  }),
  PictureTooLarge: entry<{ width: number; height: number; max: string }>({
    official: 'UnsupportedPicPixels',
    status: 400,
    retryable: false,
    message: ({ width, height, max }) => `Expected a picture of at most ${max}, got ${width}x${height} px.`,
    hint: 'Send a smaller picture.',
  }),
  PictureTooHeavy: entry<{ bytes: number; max: number }>({
    official: 'InvalidPicContent',
    status: 400,
    retryable: false,
    message: ({ bytes, max }) => `Expected a picture file of at most ${max} bytes, got ${bytes}.`,
    hint: 'Save the picture with fewer pixels or at a lower quality.',
  }),
  PictureUnreadable: entry<{ reason: string }>({
    official: 'UnsupportedPicFormat',
    status: 400,
    retryable: false,
    message: ({ reason }) => `Expected a whole picture, got bytes that cannot be decoded: ${reason}.`,
    hint: 'Open the file with a picture viewer; save it again, or fetch it again if it was cut off.',
  }),
  PictureFormatUnsupported: entry<{ format: string }>({
    official: 'UnsupportedPicFormat',
    status: 400,
    retryable: false,
    message: ({ format }) => `Expected JPEG, PNG, WebP, GIF, BMP, TIFF, AVIF or PPM, got ${format}.`,
    hint: 'Convert the picture to one of these formats.',
  }),
  PictureRotated: entry<{ orientation: number }>({
    official: 'IncorrectOrientation',
    status: 400,
    retryable: false,
    message: ({ orientation }) => `Expected a picture without rotation flag, got EXIF orientation ${orientation}.`,
    hint: 'Rotate the pixels and remove the flag, or set the pictureRules of the instance to open.',
  }),
  RegionInvalid: entry<{ found: string; width?: number; height?: number }>({
    official: 'InvalidRegion',
    status: 400,
    retryable: false,
    message: ({ found, width, height }) =>
      `Expected a region x1,x2,y1,y2 in pixels with x1 < x2 and y1 < y2${width ? ` inside ${width}x${height}` : ''}, got "${found}".`,
    hint: 'Mind the order: both x first, then both y.',
  }),

  // --- search
  FilterInvalid: entry<{ reason: string; position: number }>({
    official: 'InvalidFilterClause',
    status: 400,
    retryable: false,
    message: ({ reason, position }) => `The filter does not parse at character ${position}: ${reason}.`,
    hint: 'See docs/reference/filter.md, for example: int_attr >= 100 AND str_attr = "red".',
  }),
} as const

export type ErrorCode = keyof typeof ERRORS
export type ErrorParams<C extends ErrorCode> = Parameters<(typeof ERRORS)[C]['message']>[0]

/** An error of the table: it may be shown to the client as it is. */
export class SightlineError extends Error {
  override readonly name = 'SightlineError'
  readonly code: ErrorCode
  readonly official: string
  readonly status: number
  readonly retryable: boolean
  readonly hint: string

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown; hint?: string }) {
    super(message, options)
    const row: ErrorEntry<never> = ERRORS[code]
    this.code = code
    this.official = row.official
    this.status = row.status
    this.retryable = row.retryable
    this.hint = options?.hint ?? row.hint
  }
}

/**
 * Makes an error of the table; throw it or keep it as an outcome.
 *
 * @param options.hint replaces the table's hint where the place knows better (near names in the folder, say)
 */
export function problem<C extends ErrorCode>(
  code: C,
  params: ErrorParams<C>,
  options?: { cause?: unknown; hint?: string },
): SightlineError {
  const message = ERRORS[code].message as (p: ErrorParams<C>) => string
  return new SightlineError(code, message(params), options)
}

/** The table's error for anything thrown: itself, or `InternalError` with the original as its cause. */
export function asProblem(error: unknown): SightlineError {
  return error instanceof SightlineError ? error : problem('InternalError', {}, { cause: error })
}

/** Shortens a value that goes into a message, so that no answer grows with the input. */
export function clip(value: unknown, length = 80): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`
}
