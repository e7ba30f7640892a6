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

/** The official API has one code for each of the four attributes of a kind. */
function intAttributeInvalid(name: string) {
  return entry<{ found: string }>({
    official: `Invalid${name}`,
    status: 400,
    retryable: false,
    message: ({ found }) => `Expected ${name} to be an integer from -2147483648 to 2147483647, got "${found}".`,
    hint: 'Send a whole number; keep other values in a StrAttr.',
  })
}

function strAttributeInvalid(name: string) {
  return entry<{ max: number; length: number }>({
    official: `Invalid${name}`,
    status: 400,
    retryable: false,
    message: ({ max, length }) => `Expected ${name} to have at most ${max} characters, got ${length}.`,
    hint: 'Keep long text in CustomContent; attributes are for filters.',
  })
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
    hint: 'Free disk space in the data folder or, where files cannot be opened, raise their limit (ulimit -n); then try again.',
  }),
  DatabaseDamaged: entry<{ file: string; reason: string }>({
    official: 'InternalError',
    status: 500,
    retryable: false,
    message: ({ file, reason }) => `Expected ${file} to be a whole database, but SQLite says: ${reason}.`,
    hint: 'Put back the last `sightline backup`, or copy what can be saved with the sqlite3 command `.recover`.',
  }),
  DatabaseNewer: entry<{ file: string; migration: string }>({
    official: 'InternalError',
    status: 500,
    retryable: false,
    message: ({ file, migration }) =>
      `The database ${file} was written by a newer version of the program: it has the migration ${migration}.`,
    hint: 'Start that version again, or put back a backup from before the update.',
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
  AddressUnusable: entry<{ host: string; port: number; reason: string }>({
    official: 'InternalError',
    status: 500,
    retryable: false,
    message: ({ host, port, reason }) => `The server cannot listen on ${host} port ${port}: ${reason}.`,
    hint: 'Choose another --port (0 takes a free one), or another --host.',
  }),
  DemoFolderUsed: entry<{ folder: string }>({
    official: 'BadRequest',
    status: 409,
    retryable: false,
    message: ({ folder }) => `Expected the folder ${folder} to be empty or absent, but there are files in it.`,
    hint: 'Name another --data folder for the demo, or serve this one: sightline serve --data FOLDER/data.',
  }),
  CertificateUnreadable: entry<{ reason: string }>({
    official: 'InternalError',
    status: 500,
    retryable: false,
    message: ({ reason }) => `Expected a certificate and its private key as PEM files, got others: ${reason}.`,
    hint: 'Set tlsCertificate and tlsKey to files that belong together, or neither of them.',
  }),
  BackupFolderUsed: entry<{ folder: string }>({
    official: 'BadRequest',
    status: 409,
    retryable: false,
    message: ({ folder }) => `Expected the folder ${folder} to be empty or absent, but there are files in it.`,
    hint: 'Name another folder for the backup.',
  }),
  BackupFailed: entry<{ folder: string; reason: string }>({
    official: 'InternalError',
    status: 500,
    retryable: true,
    message: ({ folder, reason }) => `The backup to ${folder} failed: ${reason}. Nothing of it was kept.`,
    hint: 'The server must be able to write there, and there must be room for a copy of the data folder.',
  }),
  ServerUnreachable: entry<{ endpoint: string; reason: string }>({
    official: 'ServiceUnavailable',
    status: 503,
    retryable: true,
    message: ({ endpoint, reason }) => `No server answers at ${endpoint}: ${reason}.`,
    hint: 'Start one with `sightline serve`, or name another with --endpoint or SIGHTLINE_ENDPOINT.',
  }),
  ClientKeyMissing: entry<{ folder: string }>({
    official: 'InvalidAccessKeyId.NotFound',
    status: 401,
    retryable: false,
    message: ({ folder }) => `Expected an access key in the environment or in ${folder}/credentials.json, found none.`,
    hint: 'Start a server there with `sightline serve`, name its folder with --data, or set SIGHTLINE_ACCESS_KEY_ID and SIGHTLINE_ACCESS_KEY_SECRET.',
  }),
  StoppingNow: entry({
    official: 'ServiceUnavailable',
    status: 503,
    retryable: true,
    message: () => 'The server is stopping.',
    hint: 'Send the request again in a few seconds.',
  }),

  RequestMalformed: entry<{ reason: string }>({
    official: 'BadRequest',
    status: 400,
    retryable: false,
    message: ({ reason }) => `Expected a well-formed request, got one that cannot be read: ${reason}.`,
    hint: 'Correct the request.',
  }),
  HeadersTooLarge: entry<{ maxBytes: number }>({
    official: 'BadRequest',
    status: 431,
    retryable: false,
    message: ({ maxBytes }) => `Expected a request line and headers of at most ${maxBytes} bytes.`,
    hint: 'Send large values in the body.',
  }),
  RequestTooSlow: entry<{ seconds: number }>({
    official: 'RequestTimeout',
    status: 408,
    retryable: true,
    message: ({ seconds }) => `Expected the whole request within ${seconds} s.`,
    hint: 'Send the request again; send a smaller picture over a slow line.',
  }),

  // --- signatures
  CredentialsMissing: entry({
    official: 'IncompleteSignature',
    status: 401,
    retryable: false,
    message: () => 'Expected a signed request or a key, got neither.',
    hint: 'Sign the request with an access key (ACS3-HMAC-SHA256), or send Authorization: Bearer <key>.',
  }),
  SignatureIncomplete: entry<{ missing: string }>({
    official: 'IncompleteSignature',
    status: 400,
    retryable: false,
    message: ({ missing }) => `The signature is incomplete: ${missing} is missing or malformed.`,
    hint: 'Use an official SDK, or compare with docs/reference/api.md.',
  }),
  SignatureMismatch: entry<{ stringToSign: string }>({
    official: 'SignatureDoesNotMatch',
    status: 400,
    retryable: false,
    // The wording is the official one: a legacy client takes the message apart at the colon.
    message: ({ stringToSign }) =>
      `Specified signature is not matched with our calculation. server string to sign is:${stringToSign}`,
    hint: 'Check the access key secret. Behind a proxy, the original Host header must arrive here unchanged.',
  }),
  TimestampExpired: entry<{ signed: string; now: string }>({
    official: 'InvalidTimeStamp.Expired',
    status: 400,
    retryable: false,
    message: ({ signed, now }) =>
      `Specified time stamp or date value is expired: expected at most 15 minutes from ${now}, got ${signed}.`,
    hint: 'Set the clock of the client, or of this server.',
  }),
  NonceUsed: entry({
    official: 'SignatureNonceUsed',
    status: 400,
    retryable: false,
    message: () => 'Specified signature nonce was used already.',
    hint: 'Sign every request anew, with its own nonce.',
  }),
  RequestsTooMany: entry<{ name: string; kind: string; qps: number }>({
    official: 'DeniedRequest',
    status: 403,
    retryable: true,
    message: ({ name, kind, qps }) => `Expected at most ${qps} ${kind} a second on the instance "${name}".`,
    hint: 'Wait for the milliseconds of x-acs-retry-after, or raise the limit of the instance.',
  }),

  // --- the official API
  ActionUnknown: entry<{ action: string; version: string }>({
    official: 'InvalidAction.NotFound',
    status: 404,
    retryable: false,
    message: ({ action, version }) => `There is no action "${action}" in version ${version}.`,
    hint: 'See docs/reference/api.md for the actions there are.',
  }),
  VersionUnknown: entry<{ version: string }>({
    official: 'InvalidVersion',
    status: 404,
    retryable: false,
    message: ({ version }) => `Specified parameter Version is not valid: there is no version "${version}".`,
    hint: 'See docs/reference/api.md for the versions there are.',
  }),
  MethodUnsupported: entry<{ method: string }>({
    official: 'UnsupportedHTTPMethod',
    status: 403,
    retryable: false,
    message: ({ method }) => `Expected the method GET or POST, got ${method}.`,
    hint: 'Send a POST request.',
  }),
  InstanceNameMissing: entry({
    official: 'InvalidInstanceName',
    status: 400,
    retryable: false,
    message: () => 'The parameter instanceName is not specified.',
    hint: 'Add the parameter InstanceName.',
  }),
  ProductIdMissing: entry({
    official: 'NoSpecifiedProductId',
    status: 400,
    retryable: false,
    message: () => 'You must specify ProductId.',
    hint: 'Add the parameter ProductId.',
  }),
  ProductIdInvalid: entry<{ max: number; length: number }>({
    official: 'InvalidProductId',
    status: 400,
    retryable: false,
    message: ({ max, length }) => `Expected ProductId to have 1 to ${max} characters, got ${length}.`,
    hint: 'Choose a shorter ProductId.',
  }),
  PicNameMissing: entry({
    official: 'NoSpecifiedPicName',
    status: 400,
    retryable: false,
    message: () => 'You must specify PicName.',
    hint: 'Add the parameter PicName.',
  }),
  PicNameInvalid: entry<{ max: number; length: number }>({
    official: 'InvalidPicName',
    status: 400,
    retryable: false,
    message: ({ max, length }) => `Expected PicName to have 1 to ${max} characters, got ${length}.`,
    hint: 'Choose a shorter PicName.',
  }),
  CategoryInvalid: entry<{ found: string }>({
    official: 'InvalidCategory',
    status: 400,
    retryable: false,
    message: ({ found }) => `Expected the id of a category, got "${found}".`,
    hint: 'GET /v1/categories lists the categories; 88888888 = others.',
  }),
  CustomContentInvalid: entry<{ max: number; length: number }>({
    official: 'InvalidCustomContent',
    status: 400,
    retryable: false,
    message: ({ max, length }) => `Expected CustomContent to have at most ${max} characters, got ${length}.`,
    hint: 'Keep long content elsewhere, with its address in CustomContent.',
  }),
  IntAttrInvalid: intAttributeInvalid('IntAttr'),
  IntAttr2Invalid: intAttributeInvalid('IntAttr2'),
  IntAttr3Invalid: intAttributeInvalid('IntAttr3'),
  IntAttr4Invalid: intAttributeInvalid('IntAttr4'),
  StrAttrInvalid: strAttributeInvalid('StrAttr'),
  StrAttr2Invalid: strAttributeInvalid('StrAttr2'),
  StrAttr3Invalid: strAttributeInvalid('StrAttr3'),
  StrAttr4Invalid: strAttributeInvalid('StrAttr4'),
  NumInvalid: entry<{ found: string }>({
    official: 'InvalidNumParameter',
    status: 400,
    retryable: false,
    message: ({ found }) => `Expected Num to be an integer from 1 to 100, got "${found}".`,
    hint: 'Ask for at most 100 results, and for the next ones with Start.',
  }),
  NumTooLarge: entry<{ found: number }>({
    official: 'OverflowMaxReturnNum',
    status: 400,
    retryable: false,
    message: ({ found }) => `Expected Num to be at most 100, got ${found}.`,
    hint: 'Ask for at most 100 results, and for the next ones with Start.',
  }),
  StartInvalid: entry<{ found: string }>({
    official: 'InvalidStartParameter',
    status: 400,
    retryable: false,
    message: ({ found }) => `Expected Start to be an integer from 0 to 499, got "${found}".`,
    hint: 'Narrow the search with a filter or a category to see results beyond the first 500.',
  }),
  ResultsBeyondLimit: entry<{ start: number; num: number }>({
    official: 'OverflowMaxResultNum',
    status: 400,
    retryable: false,
    message: ({ start, num }) => `Expected Start + Num to be at most 500, got ${start} + ${num}.`,
    hint: 'Narrow the search with a filter or a category to see results beyond the first 500.',
  }),
  TextMissing: entry({
    official: 'InvalidText',
    status: 400,
    retryable: false,
    message: () => 'Expected the parameter Text, got none.',
    hint: 'Add the words to search with.',
  }),
  TextTooLong: entry<{ max: number; length: number }>({
    official: 'InvalidTextLength',
    status: 400,
    retryable: false,
    message: ({ max, length }) => `Expected Text to have at most ${max} characters, got ${length}.`,
    hint: 'Search with fewer words.',
  }),
  TextEncoderMissing: entry<{ model: string }>({
    official: 'UnsupportedInstanceType',
    status: 500,
    retryable: false,
    message: ({ model }) => `The model ${model} of the instance understands pictures, but no text.`,
    hint: 'Search by picture, or use an instance of a model that has a text encoder: docs/reference/models.md.',
  }),
  PrimaryPictureInvalid: entry<{ reason: string }>({
    official: 'InvalidPrimaryPicContent',
    status: 400,
    retryable: false,
    message: ({ reason }) => `PrimaryPicContent: ${reason}`,
    hint: 'Send both pictures as base64 or as http(s) addresses.',
  }),
  SecondaryPictureInvalid: entry<{ reason: string }>({
    official: 'InvalidSecondaryPicContent',
    status: 400,
    retryable: false,
    message: ({ reason }) => `SecondaryPicContent: ${reason}`,
    hint: 'Send both pictures as base64 or as http(s) addresses.',
  }),
  DumpRunning: entry<{ name: string }>({
    official: 'Console.TaskAlreadyExist',
    status: 409,
    retryable: true,
    message: ({ name }) => `A dump of the instance "${name}" is being written.`,
    hint: 'Wait for it: DumpMetaList shows its state.',
  }),
  DumpNotFound: entry<{ id: number }>({
    official: 'BadRequest',
    status: 404,
    retryable: false,
    message: ({ id }) => `There is no file of a dump ${id}.`,
    hint: 'Dumps are kept until ten newer ones of the instance are written. Start a new one.',
  }),

  // --- the official API of 2019 and 2018
  SearchTypeInvalid: entry<{ found: string }>({
    official: 'InvalidType',
    status: 400,
    retryable: false,
    message: ({ found }) => `Expected Type to be SearchByPic or SearchByName, got "${found}".`,
    hint: 'Leave Type out to search by picture.',
  }),
  BodyNoCaret: entry({
    official: 'NoCaretSeperator',
    status: 400,
    retryable: false,
    message: () => 'Expected a body of "meta^content", got one without "^".',
    hint: 'Build the body with the official SDK of version 2018-01-20.',
  }),
  BodyMetaEmpty: entry({
    official: 'EmptyMeta',
    status: 400,
    retryable: false,
    message: () => 'Expected a body of "meta^content", got an empty meta.',
    hint: 'Build the body with the official SDK of version 2018-01-20.',
  }),
  BodyMetaInvalid: entry<{ found: string }>({
    official: 'InvalidMetaItem',
    status: 400,
    retryable: false,
    message: ({ found }) => `Expected "key,start,end" inside the content, got "${found}".`,
    hint: 'Offsets count the characters of the content after "^".',
  }),
  ItemIdMissing: entry({
    official: 'NoSpecifiedItemId',
    status: 400,
    retryable: false,
    message: () => 'Expected item_id in the body, got none.',
    hint: 'Add item_id.',
  }),
  PicListMissing: entry({
    official: 'NoPicList',
    status: 400,
    retryable: false,
    message: () => 'Expected pic_list in the body, got none.',
    hint: 'Add pic_list, the base64 names of the pictures joined by commas.',
  }),
  PicListInvalid: entry<{ found: string; max: number }>({
    official: 'InvalidPicList',
    status: 400,
    retryable: false,
    message: ({ found, max }) => `Expected pic_list to be 1 to ${max} base64 names joined by commas, got "${found}".`,
    hint: 'Encode the name of each picture as base64.',
  }),
  PicListPictureMissing: entry<{ picName: string }>({
    official: 'NoSpecifiedPic',
    status: 400,
    retryable: false,
    message: ({ picName }) => `Expected the content of the picture "${picName}" of pic_list in the body, got none.`,
    hint: 'Add the picture as base64 under the base64 of its name.',
  }),
  SearchPictureMissing: entry({
    official: 'NoSpecifiedSearchPic',
    status: 400,
    retryable: false,
    message: () => 'Expected the picture to search with in the body, got none.',
    hint: 'Add pic_list with one name, and the picture as base64 under the base64 of that name.',
  }),

  ThumbnailNotFound: entry<{ id: number }>({
    official: 'PicNotExist',
    status: 404,
    retryable: false,
    message: ({ id }) => `There is no thumbnail of the image ${id}.`,
    hint: 'Switch thumbnails of the instance on, and put the image again.',
  }),
  UploadMalformed: entry<{ reason: string }>({
    official: 'MalformedPOSTRequest',
    status: 400,
    retryable: false,
    message: ({ reason }) => `Expected the form of an upload as the SDKs send it: ${reason}.`,
    hint: 'Use the Advance calls of an official SDK.',
  }),
  UploadNotGranted: entry({
    official: 'AccessDenied',
    status: 403,
    retryable: false,
    message: () => 'Expected an upload with the policy and key that AuthorizeFileUpload gave, got another one.',
    hint: 'Use the Advance calls of an official SDK; grants end when the server restarts.',
  }),
  UploadGrantExpired: entry({
    official: 'AccessDenied',
    status: 403,
    retryable: false,
    message: () => 'The permission to upload has expired: it lasts ten minutes.',
    hint: 'Call AuthorizeFileUpload again.',
  }),
  UploadGone: entry({
    official: 'InvalidPicUrl',
    status: 400,
    retryable: false,
    message: () => 'The uploaded picture is not here any more: uploads are kept for ten minutes.',
    hint: 'Upload the picture again.',
  }),
  UploadHostWithoutDot: entry<{ host: string }>({
    official: 'BadRequest',
    status: 400,
    retryable: false,
    message: ({ host }) =>
      `Expected the SDK to reach this server by a name or IPv4 address with a dot in it, got ${host}: it builds the address of the upload from two halves.`,
    hint: 'Use 127.0.0.1 instead of localhost.',
  }),
  LinkInvalid: entry({
    official: 'BadRequest',
    status: 404,
    retryable: false,
    message: () => 'Expected a download link of this server, got another one or one from before its last start.',
    hint: 'Ask for a new link.',
  }),
  LinkExpired: entry({
    official: 'BadRequest',
    status: 410,
    retryable: false,
    message: () => 'The download link has expired: links work for two hours.',
    hint: 'Ask for a new link.',
  }),

  // --- pictures that come as text or by address
  PictureNotBase64: entry({
    official: 'InvalidPicContent',
    status: 400,
    retryable: false,
    message: () => 'Expected the picture as base64 or as an http(s) address, got something else.',
    hint: 'Encode the bytes of the file as base64, without a file name or quotes.',
  }),
  PictureAddressInvalid: entry<{ reason: string }>({
    official: 'InvalidPicUrl',
    status: 400,
    retryable: false,
    message: ({ reason }) => `Expected an http(s) address of a picture: ${reason}.`,
    hint: 'Open the address in a browser; send the picture as base64 where it needs a sign-in.',
  }),
  PictureAddressPrivate: entry<{ host: string }>({
    official: 'InvalidPicUrl',
    status: 400,
    retryable: false,
    message: ({ host }) => `Expected a public address of a picture, got ${host}, which is private.`,
    hint: 'Send the picture as base64, or start the server with the setting that allows private addresses.',
  }),
  PictureFetchFailed: entry<{ reason: string }>({
    official: 'InvalidPicUrl',
    status: 400,
    retryable: true,
    message: ({ reason }) => `The picture could not be fetched from its address: ${reason}.`,
    hint: 'Open the address from the machine of this server.',
  }),
  PictureFetchTimeout: entry<{ seconds: number }>({
    official: 'TimeoutForTransferImage',
    status: 400,
    retryable: true,
    message: ({ seconds }) =>
      `Timeout after ${seconds} seconds waiting for the picture to be fetched from its address.`,
    hint: 'Send the picture as base64, or from a faster server.',
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

  InstanceBusy: entry<{ name: string; importId: number }>({
    official: 'InstanceStatusError',
    status: 409,
    retryable: true,
    message: ({ name, importId }) => `The instance "${name}" is in use by import ${importId}.`,
    hint: 'Wait for the import to end, or cancel it.',
  }),
  InstanceModelOther: entry<{ name: string; model: string; loaded: string }>({
    official: 'InstanceStatusError',
    status: 409,
    retryable: false,
    message: ({ name, model, loaded }) =>
      `The instance "${name}" holds vectors of the model ${model}, but the server runs ${loaded}.`,
    hint: 'Start the server with --model-folder naming the folder of that model, or make a new instance.',
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
  CopyImageMissing: entry<{ id: number }>({
    official: 'PicNotExist',
    status: 404,
    retryable: false,
    message: ({ id }) => `Expected ids of images of the instance, got ${id}.`,
    hint: 'Take the ids from the list of copies; an image that was deleted needs no decision.',
  }),
  CopyDecisionMissing: entry<{ id: number }>({
    official: 'BadRequest',
    status: 404,
    retryable: false,
    message: ({ id }) => `Expected the id of a decision about images of the instance, got ${id}.`,
    hint: 'List the decisions: it may have been taken back already, or its images are gone.',
  }),
  CopyDecisionInvalid: entry<{ max: number; found: number }>({
    official: 'BadRequest',
    status: 400,
    retryable: false,
    message: ({ max, found }) => `Expected 2 to ${max} different images to decide about, got ${found}.`,
    hint: 'Give the ids of a representative and of its copies.',
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
  PictureFormatUnsupported: entry<{ format: string; expected: string }>({
    official: 'UnsupportedPicFormat',
    status: 400,
    retryable: false,
    message: ({ format, expected }) => `Expected a picture of the formats ${expected}, got ${format}.`,
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
  ServerBusy: entry({
    official: 'ServiceUnavailable',
    status: 503,
    retryable: true,
    message: () => 'Too many pictures wait to be looked at.',
    hint: 'Send the request again in a few seconds, with fewer requests at a time.',
  }),
  ModelUnusable: entry<{ path: string; reason: string }>({
    official: 'InternalError',
    status: 500,
    retryable: false,
    message: ({ path, reason }) => `The model at ${path} cannot be used: ${reason}.`,
    hint: 'Restore the folder of the model, or name another one by --model-folder.',
  }),

  // --- search
  FilterInvalid: entry<{ reason: string; position: number }>({
    official: 'InvalidFilterClause',
    status: 400,
    retryable: false,
    message: ({ reason, position }) => `The filter does not parse at character ${position}: ${reason}.`,
    hint: 'See docs/reference/filter.md, for example: int_attr >= 100 AND str_attr = "red".',
  }),

  // --- access
  AccessKeyNotFound: entry<{ accessKeyId: string }>({
    official: 'InvalidAccessKeyId.NotFound',
    status: 404,
    retryable: false,
    message: ({ accessKeyId }) =>
      `Specified access key is not found: expected a key of this server, got "${accessKeyId}".`,
    hint: 'List the keys with `sightline key list`; keys of the cloud are not known here.',
  }),
  AccessKeyInactive: entry<{ accessKeyId: string }>({
    official: 'InvalidAccessKeyId.Inactive',
    status: 400,
    retryable: false,
    message: ({ accessKeyId }) => `The access key "${accessKeyId}" is disabled.`,
    hint: 'Enable it with `sightline key enable`, or sign with another key.',
  }),
  SecurityTokenInvalid: entry<{ reason: string }>({
    official: 'InvalidSecurityToken.Malformed',
    status: 400,
    retryable: false,
    message: ({ reason }) => `Expected a security token of this server, but ${reason}.`,
    hint: 'Call AssumeRole again and use its three values together: AccessKeyId, AccessKeySecret, SecurityToken.',
  }),
  SecurityTokenExpired: entry<{ expiration: string }>({
    official: 'InvalidSecurityToken.Expired',
    status: 400,
    retryable: false,
    message: ({ expiration }) => `Specified SecurityToken is expired: it was valid until ${expiration}.`,
    hint: 'Call AssumeRole again.',
  }),
  BearerKeyInvalid: entry({
    official: 'InvalidBearerToken',
    status: 401,
    retryable: false,
    message: () => 'Expected a bearer key of this server, got one that is unknown, disabled or deleted.',
    hint: 'Make a new one with `sightline key create --bearer --scope search`.',
  }),
  NoPermission: entry<{ principal: string; action: string; resource: string; denied: 'explicitly' | 'implicitly' }>({
    official: 'NoPermission',
    status: 403,
    retryable: false,
    message: ({ principal, action, resource, denied }) =>
      `${action} on ${resource} is ${denied === 'explicitly' ? 'denied by a policy of' : 'allowed by no policy of'} ${principal}.`,
    hint: 'Ask an administrator to attach a policy; `sightline access simulate` shows which statement decides.',
  }),
  RoleNotFound: entry<{ role: string }>({
    official: 'EntityNotExist.Role',
    status: 404,
    retryable: false,
    message: ({ role }) => `Expected a role of this account, got "${role}", which does not exist.`,
    hint: 'List the roles and their ARNs with `sightline role list`.',
  }),
  RoleNotTrusted: entry<{ role: string; who: string }>({
    official: 'NoPermission',
    status: 403,
    retryable: false,
    message: ({ role, who }) => `The trust policy of the role "${role}" does not let ${who} take it.`,
    hint: 'Add it to Principal in the trust policy of the role; `sightline role show` prints it.',
  }),
  RoleExists: entry<{ name: string }>({
    official: 'EntityAlreadyExists.Role',
    status: 409,
    retryable: false,
    message: ({ name }) => `A role named "${name}" exists already.`,
    hint: 'Choose another name, or change the role there is.',
  }),
  UserNotFound: entry<{ name: string }>({
    official: 'EntityNotExist.User',
    status: 404,
    retryable: false,
    message: ({ name }) => `Expected the name of a user, got "${name}", which does not exist.`,
    hint: 'List the users with `sightline user list`.',
  }),
  UserExists: entry<{ name: string }>({
    official: 'EntityAlreadyExists.User',
    status: 409,
    retryable: false,
    message: ({ name }) => `A user named "${name}" exists already.`,
    hint: 'Choose another name, or give this user another key.',
  }),
  LastAdministrator: entry<{ name: string }>({
    official: 'DeleteConflict.User',
    status: 409,
    retryable: false,
    message: ({ name }) => `"${name}" is the only administrator; without one nobody could change users any more.`,
    hint: 'Make another user an administrator first.',
  }),
  AdministratorOnly: entry<{ what: string }>({
    official: 'NoPermission',
    status: 403,
    retryable: false,
    message: ({ what }) => `Expected an administrator: ${what}.`,
    hint: 'Ask an administrator. Policies cannot give this right: whoever had it could make himself one.',
  }),
  AccessNameInvalid: entry<{ what: string; max: number; name: string }>({
    official: 'InvalidParameter',
    status: 400,
    retryable: false,
    message: ({ what, max, name }) =>
      `Expected a ${what} name of 1 to ${max} letters, digits and . _ - (the first a letter or digit), got "${name}".`,
    hint: 'Choose another name.',
  }),
  PolicyNotFound: entry<{ name: string }>({
    official: 'EntityNotExist.Policy',
    status: 404,
    retryable: false,
    message: ({ name }) => `Expected the name of a policy, got "${name}", which does not exist.`,
    hint: 'List the policies with `sightline policy list`; names are case-sensitive.',
  }),
  PolicyExists: entry<{ name: string }>({
    official: 'EntityAlreadyExists.Policy',
    status: 409,
    retryable: false,
    message: ({ name }) => `A policy named "${name}" exists already.`,
    hint: 'Choose another name, or change the policy there is with `sightline policy update`.',
  }),
  PolicyInUse: entry<{ name: string; by: string }>({
    official: 'DeleteConflict.Policy.Attachment',
    status: 409,
    retryable: false,
    message: ({ name, by }) => `The policy "${name}" is attached to ${by}.`,
    hint: 'Detach it first with `sightline policy detach`.',
  }),
  PolicyReadOnly: entry<{ name: string }>({
    official: 'NoPermission',
    status: 403,
    retryable: false,
    message: ({ name }) => `The policy "${name}" comes with the program and cannot be changed.`,
    hint: 'Create a policy of another name with the statements that you need.',
  }),
  PolicyNotAttached: entry<{ name: string; to: string }>({
    official: 'EntityNotExist.Attachment',
    status: 404,
    retryable: false,
    message: ({ name, to }) => `The policy "${name}" is not attached to ${to}.`,
    hint: 'See what is attached with `sightline user show` or `sightline role show`.',
  }),
  PolicyInvalid: entry<{ path: string; reason: string }>({
    official: 'InvalidParameter.PolicyGrammar',
    status: 400,
    retryable: false,
    message: ({ path, reason }) => `The policy is not valid at ${path}: ${reason}.`,
    hint: 'See docs/guides/access.md for the policy language and examples.',
  }),
  SecretKeyMissing: entry<{ file: string }>({
    official: 'InternalError',
    status: 500,
    retryable: false,
    message: ({ file }) =>
      `The secrets of this data folder are encrypted, but their key is not there: expected ${file} or SIGHTLINE_SECRET_KEY.`,
    hint: 'Restore secret.key from the backup that the data comes from, or set SIGHTLINE_SECRET_KEY to the value it had.',
  }),
  SecretKeyInvalid: entry<{ file: string; reason: string }>({
    official: 'InternalError',
    status: 500,
    retryable: false,
    message: ({ file, reason }) => `Expected a key of 32 bytes in base64 in ${file}, but ${reason}.`,
    hint: 'Restore secret.key from the backup that the data comes from.',
  }),
  SecretKeyMismatch: entry<{ source: string }>({
    official: 'InternalError',
    status: 500,
    retryable: false,
    message: ({ source }) =>
      `The key in ${source} is not the one that the secrets in this data folder are encrypted with.`,
    hint: 'Use the key that belongs to this data: secret.key of the same backup, or the former SIGHTLINE_SECRET_KEY.',
  }),

  // --- the console's sign-in
  SignInFailed: entry({
    official: 'SignInFailed',
    status: 401,
    retryable: false,
    message: () => 'Expected the name and the password of a user, got others.',
    hint: 'A new sign-in link comes with `sightline user link NAME`; an administrator can set a new password.',
  }),
  SignInThrottled: entry<{ seconds: number }>({
    official: 'SignInThrottled',
    status: 429,
    retryable: true,
    message: ({ seconds }) => `Too many failed attempts to sign in; the next one is heard in ${seconds} s.`,
    hint: 'Wait, then try again; a sign-in link works at once.',
  }),
  SignInLinkInvalid: entry({
    official: 'SignInLinkInvalid',
    status: 401,
    retryable: false,
    message: () => 'Expected a sign-in link that was not used yet, got one that is used, expired or unknown.',
    hint: 'Each start of the server prints a new link; `sightline user link NAME` makes another one.',
  }),
  CsrfTokenInvalid: entry({
    official: 'CsrfTokenInvalid',
    status: 403,
    retryable: false,
    message: () => 'Expected the header x-csrf-token with the token of the session, got another or none.',
    hint: 'Reload the page. Programs sign their requests or send a bearer key instead of a session.',
  }),
  PasswordInvalid: entry<{ min: number; max: number }>({
    official: 'PasswordInvalid',
    status: 400,
    retryable: false,
    message: ({ min, max }) => `Expected a password of ${min} to ${max} characters.`,
    hint: 'Choose a longer one; several words are easy to remember.',
  }),

  // --- buckets
  BucketNotFound: entry<{ name: string }>({
    official: 'Console.BadRequest',
    status: 404,
    retryable: false,
    message: ({ name }) => `Expected the name of a bucket, got "${name}", which does not exist.`,
    hint: 'List the buckets with `sightline bucket list`, or add this one.',
  }),
  BucketNameInvalid: entry<{ name: string }>({
    official: 'Console.BadRequest',
    status: 400,
    retryable: false,
    message: ({ name }) =>
      `Expected a bucket name of 3 to 63 lower-case letters, digits and hyphens that starts and ends with a letter or digit, got "${name}".`,
    hint: 'Choose another name.',
  }),
  BucketExists: entry<{ name: string }>({
    official: 'Console.BadRequest',
    status: 409,
    retryable: false,
    message: ({ name }) => `A bucket named "${name}" exists already.`,
    hint: 'Choose another name, or remove the bucket there is; its objects stay where they are.',
  }),
  BucketInUse: entry<{ name: string; importId: number }>({
    official: 'Console.IncrementStatusError',
    status: 409,
    retryable: true,
    message: ({ name, importId }) => `The bucket "${name}" is read by import ${importId}.`,
    hint: 'Wait until the import has ended, or cancel it.',
  }),
  BucketFolderMissing: entry<{ folder: string; reason: string }>({
    official: 'Console.BadRequest',
    status: 400,
    retryable: false,
    message: ({ folder, reason }) => `Expected ${folder} to be a folder that the server can read: ${reason}.`,
    hint: 'Give the absolute path of a folder on the machine of the server, readable by its user.',
  }),
  BucketFolderNotAllowed: entry<{ folder: string }>({
    official: 'Console.NoPermission',
    status: 403,
    retryable: false,
    message: ({ folder }) => `The folder ${folder} lies outside of the folders that may be buckets.`,
    hint: 'Choose a folder below one of those that the setting bucketRoots names, or add its parent there.',
  }),
  BucketUnreachable: entry<{ name: string; reason: string }>({
    official: 'InternalOssError',
    status: 503,
    retryable: true,
    message: ({ name, reason }) => `The bucket "${name}" cannot be read: ${reason}.`,
    hint: 'Run `sightline bucket test` for it; it says what works and what does not.',
  }),
  BucketCredentialsMissing: entry<{ driver: string }>({
    official: 'Console.BadRequest',
    status: 400,
    retryable: false,
    message: ({ driver }) => `Expected an access key for a bucket of the kind ${driver} that signs with one, got none.`,
    hint: 'Give an access key, or choose another way to sign in (auth): environment, a role, or anonymous.',
  }),
  BucketCredentialsUnreadable: entry<{ name: string }>({
    official: 'InternalOssError',
    status: 500,
    retryable: false,
    message: ({ name }) =>
      `The credentials of the bucket "${name}" cannot be decrypted: they were sealed with another key.`,
    hint: 'Start the server with the secret key that it had, or give the bucket its credentials again.',
  }),
  BucketCredentialsRefused: entry<{ name: string; reason: string }>({
    official: 'InternalOssError',
    status: 403,
    retryable: false,
    message: ({ name, reason }) => `The store of the bucket "${name}" does not accept its credentials: ${reason}.`,
    hint: 'Check access key, secret and role; a key that expires needs a new one. The clock of the server must be right.',
  }),
  BucketNotPermitted: entry<{ name: string; action: string; reason: string }>({
    official: 'InternalOssError',
    status: 403,
    retryable: false,
    message: ({ name, action, reason }) =>
      `The store of the bucket "${name}" does not permit its credentials to ${action}: ${reason}.`,
    hint: 'Allow it in the policy of the store, for this bucket and all of its objects.',
  }),
  BucketNotAtStore: entry<{ name: string; bucket: string }>({
    official: 'InternalOssError',
    status: 404,
    retryable: false,
    message: ({ name, bucket }) => `The store has no bucket "${bucket}", which "${name}" stands for.`,
    hint: "Check the bucket's name at the store, the endpoint, and the addressing (path or host).",
  }),
  BucketRefused: entry<{ name: string; reason: string }>({
    official: 'InternalOssError',
    status: 400,
    retryable: false,
    message: ({ name, reason }) => `The store of the bucket "${name}" refuses what it is asked: ${reason}.`,
    hint: 'Check endpoint, region and addressing of the bucket; `sightline bucket test` says what works.',
  }),
  BucketNotListable: entry<{ name: string }>({
    official: 'Console.BadRequest',
    status: 400,
    retryable: false,
    message: ({ name }) => `The bucket "${name}" cannot be listed: it is read by HTTP, which has no listings.`,
    hint: 'Name its objects one by one, as a manifest does; checks and dry runs ask for each of them.',
  }),
  BucketAddressPrivate: entry<{ name: string; host: string }>({
    official: 'Console.BadRequest',
    status: 403,
    retryable: false,
    message: ({ name, host }) =>
      `The bucket "${name}" leads to "${host}", which does not belong to the public internet.`,
    hint: 'Where that is meant, add the bucket with allowPrivate (--allow-private).',
  }),
  ObjectNotFound: entry<{ key: string }>({
    official: 'PicNotExist',
    status: 404,
    retryable: false,
    message: ({ key }) => `The bucket has no object "${key}".`,
    hint: 'Check the name; upper and lower case differ.',
  }),
  ObjectNotReadable: entry<{ key: string; reason: string }>({
    official: 'InternalOssError',
    status: 403,
    retryable: false,
    message: ({ key, reason }) => `The object "${key}" cannot be read: ${reason}.`,
    hint: 'Give the user of the server the right to read it; look at the disk if it reports input/output errors.',
  }),
  ObjectOutsideBucket: entry<{ key: string }>({
    official: 'InvalidPicName',
    status: 400,
    retryable: false,
    message: ({ key }) => `Expected the name of an object inside the bucket, got "${key}", which leads out of it.`,
    hint: 'Use names relative to the bucket, without leading slash or "..", and no links out of its folder.',
  }),
  ObjectChanged: entry<{ key: string }>({
    official: 'InternalOssError',
    status: 409,
    retryable: true,
    message: ({ key }) => `The object "${key}" changed while it was read.`,
    hint: 'Wait until its upload is complete, then try again.',
  }),
  ObjectDamaged: entry<{ key: string; found: string; expected: string }>({
    official: 'InternalOssError',
    status: 502,
    retryable: true,
    message: ({ key, found, expected }) =>
      `The bytes of the object "${key}" arrived damaged: expected their checksum to be ${expected}, got ${found}.`,
    hint: 'Try again; if it stays, look at what lies between the server and the store, or upload the object again.',
  }),

  // --- imports
  RowPictureMissing: entry<{ line: number; importId: number }>({
    official: 'BadRequest',
    status: 404,
    retryable: false,
    message: ({ line, importId }) =>
      `Expected a row that was not imported and names a picture, got line ${line} of import ${importId}.`,
    hint: 'Take lines from the rows of the import; a row that was done has an image instead.',
  }),
  ImportNotFound: entry<{ id: number }>({
    official: 'Console.BadRequest',
    status: 404,
    retryable: false,
    message: ({ id }) => `There is no import ${id}.`,
    hint: 'List the imports of the instance with `sightline import list`.',
  }),
  ImportRunning: entry<{ instance: string; importId: number }>({
    official: 'Console.IncrementStatusError',
    status: 409,
    retryable: true,
    message: ({ instance, importId }) => `Import ${importId} of the instance "${instance}" has not ended yet.`,
    hint: 'Wait until it has ended, cancel it, or queue this one (--queue) to begin by itself then; one import runs per instance.',
  }),
  ImportStateInvalid: entry<{ id: number; state: string; action: string }>({
    official: 'Console.IncrementStatusError',
    status: 409,
    retryable: false,
    message: ({ id, state, action }) => `Import ${id} is ${state}; it cannot be ${action}.`,
    hint: 'Running imports can be paused, paused ones resumed, both and queued ones cancelled; failed rows of ended ones retried.',
  }),
  ImportPausedEarly: entry<{ cause: string; failed: number; rows: number }>({
    official: 'Console.IncrementStatusError',
    status: 409,
    retryable: false,
    message: ({ cause, failed, rows }) =>
      `${failed} of the first ${rows} rows with a picture failed with ${cause}; the import was paused before all do.`,
    hint: 'Set the cause right (role, path, bucket, capacity), then resume and retry the failed rows at the end; a resumed import goes on whatever happens.',
  }),
  ImportNothingToRetry: entry<{ id: number }>({
    official: 'Console.IncrementStatusError',
    status: 409,
    retryable: false,
    message: ({ id }) => `Import ${id} has no failed rows that can be run again.`,
    hint: 'Lines that are too long or not UTF-8 are not kept: mend the manifest and import it again.',
  }),
  CallbackAddressInvalid: entry<{ reason: string }>({
    official: 'Console.BadRequest',
    status: 400,
    retryable: false,
    message: ({ reason }) => `Expected the callback address to be an http or https address: ${reason}.`,
    hint: 'Give a whole address, https://shop.example/hooks/imports for example.',
  }),
  CallbackAddressPrivate: entry<{ host: string }>({
    official: 'Console.BadRequest',
    status: 400,
    retryable: false,
    message: ({ host }) => `The callback address is at "${host}", which does not belong to the public internet.`,
    hint: 'Give a public address, or start the server with --allow-private-addresses.',
  }),
  CallbackNotFound: entry<{ id: number }>({
    official: 'Console.BadRequest',
    status: 404,
    retryable: false,
    message: ({ id }) => `Import ${id} has no callback that could be sent.`,
    hint: 'An import calls back when it has ended, if it was started with a callback address.',
  }),
  PathInvalid: entry<{ path: string }>({
    official: 'Console.BadRequest',
    status: 400,
    retryable: false,
    message: ({ path }) =>
      `Expected a path that starts with "/" and does not end with one ("/" alone is the root), got "${path}".`,
    hint: 'Give the folder of the bucket that holds increment.meta, "/" or "/catalogue/june" for example.',
  }),
  ManifestMissing: entry<{ bucket: string; key: string }>({
    official: 'Console.BadRequest',
    status: 400,
    retryable: false,
    message: ({ bucket, key }) => `Expected the manifest "${key}" in the bucket "${bucket}", got nothing.`,
    hint: 'The file must be named increment.meta and lie in the path that was given.',
  }),
  ManifestEmpty: entry<{ key: string }>({
    official: 'Console.BadRequest',
    status: 400,
    retryable: false,
    message: ({ key }) => `Expected rows in the manifest "${key}", got an empty file.`,
    hint: 'Write one JSON object a line, for example {"OperationType":"ADD","ProductId":"1000","PicName":"a.jpg"}.',
  }),
  ManifestChanged: entry<{ key: string }>({
    official: 'Console.BadRequest',
    status: 409,
    retryable: false,
    message: ({ key }) => `The manifest "${key}" was changed while it was imported; its remaining rows were not run.`,
    hint: 'Start a new import; rows that were done are done again without harm.',
  }),
  ManifestNotText: entry<{ key: string; found: string }>({
    official: 'Console.BadRequest',
    status: 400,
    retryable: false,
    message: ({ key, found }) => `Expected the manifest "${key}" to be UTF-8 text, got ${found}.`,
    hint: 'Save increment.meta as UTF-8, not compressed.',
  }),
  ManifestNotPermitted: entry<{ key: string; missing: string }>({
    official: 'Console.NoPermission',
    status: 403,
    retryable: false,
    message: ({ key, missing }) => `The role may not read the manifest "${key}"; it lacks ${missing}.`,
    hint: 'Attach a policy to the role that allows this action on this resource.',
  }),

  // --- rows of an import
  RowTooLong: entry<{ maxBytes: number }>({
    official: 'InvalidMetaItem',
    status: 400,
    retryable: false,
    message: ({ maxBytes }) => `Expected a line of at most ${maxBytes} bytes.`,
    hint: 'Write one JSON object a line; lines end with LF or CRLF.',
  }),
  RowNotUtf8: entry({
    official: 'InvalidMetaItem',
    status: 400,
    retryable: false,
    message: () => 'Expected a line of UTF-8 text, got other bytes.',
    hint: 'Save increment.meta as UTF-8.',
  }),
  RowNotJson: entry<{ reason: string; found: string }>({
    official: 'InvalidMetaItem',
    status: 400,
    retryable: false,
    message: ({ reason, found }) => `Expected one JSON object, got ${found} (${reason}).`,
    hint: 'Write each row as one JSON object on one line: double quotes, no comma at its end, no brackets around the rows.',
  }),
  RowSeveralObjects: entry<{ found: string }>({
    official: 'InvalidMetaItem',
    status: 400,
    retryable: false,
    message: ({ found }) => `Expected one JSON object on the line, got more after it: ${found}.`,
    hint: 'Put each object on a line of its own, without commas between them.',
  }),
  RowOperationUnknown: entry<{ found: string }>({
    official: 'InvalidMetaItem',
    status: 400,
    retryable: false,
    message: ({ found }) => `Expected OperationType to be ADD or DELETE, got ${found}.`,
    hint: 'ADD also overwrites an image that is there.',
  }),
  RowFieldMissing: entry<{ field: string; found: string }>({
    official: 'InvalidMetaItem',
    status: 400,
    retryable: false,
    message: ({ field, found }) => `Expected the field ${field}, got only ${found}.`,
    hint: 'Add the field; names of fields are case-sensitive.',
  }),
  RowFieldInvalid: entry<{ field: string; expected: string; found: string }>({
    official: 'InvalidMetaItem',
    status: 400,
    retryable: false,
    message: ({ field, expected, found }) => `Expected ${field} to be ${expected}, got ${found}.`,
    hint: 'Correct the field.',
  }),
  RowFieldTooLong: entry<{ field: string; max: number; length: number }>({
    official: 'InvalidMetaItem',
    status: 400,
    retryable: false,
    message: ({ field, max, length }) => `Expected ${field} to have at most ${max} characters, got ${length}.`,
    hint: 'Shorten the field.',
  }),
  RowPicListInvalid: entry<{ found: string }>({
    official: 'InvalidPicList',
    status: 400,
    retryable: false,
    message: ({ found }) => `Expected pic_list to be an array with exactly one file name, got ${found}.`,
    hint: 'Write one line for each picture.',
  }),
  RowPicNameNoExtension: entry<{ picName: string }>({
    official: 'InvalidPicName',
    status: 400,
    retryable: false,
    message: ({ picName }) => `Expected PicName to end with a file extension, got "${picName}".`,
    hint: 'Write the whole name of the object, for example girl_cloth1.jpg.',
  }),
  RowPicNameSlash: entry<{ picName: string }>({
    official: 'InvalidPicName',
    status: 400,
    retryable: false,
    message: ({ picName }) => `Expected PicName without slash at its start and end, got "${picName}".`,
    hint: 'Write names relative to the folder of increment.meta, for example girlCloth/girl_cloth8.jpg.',
  }),
  RowPicNameOutside: entry<{ picName: string }>({
    official: 'InvalidPicName',
    status: 400,
    retryable: false,
    message: ({ picName }) => `Expected PicName to stay inside the bucket, got "${picName}".`,
    hint: 'Write names relative to the folder of increment.meta, without "..".',
  }),
  RowObjectMissing: entry<{ picName: string; folder: string }>({
    official: 'PicNotExist',
    status: 400,
    retryable: false,
    message: ({ picName, folder }) =>
      `The bucket has no object "${picName}", neither below "${folder}" nor at its root.`,
    hint: 'Check the name (upper and lower case differ), and that the upload was complete.',
  }),
  RowNotPermitted: entry<{ key: string; missing: string }>({
    official: 'NoPermission',
    status: 403,
    retryable: false,
    message: ({ key, missing }) => `The role of the import may not read "${key}"; it lacks ${missing}.`,
    hint: 'Attach a policy to the role that allows this action on this resource.',
  }),
} as const

export type ErrorCode = keyof typeof ERRORS
export type ErrorParams<C extends ErrorCode> = Parameters<(typeof ERRORS)[C]['message']>[0]

export interface ProblemOptions {
  readonly cause?: unknown
  /** Replaces the table's hint where the place knows better (near names in the folder, say). */
  readonly hint?: string
  readonly detail?: Readonly<Record<string, string>>
}

/** An error of the table: it may be shown to the client as it is. */
export class SightlineError extends Error {
  override readonly name = 'SightlineError'
  readonly code: ErrorCode
  readonly official: string
  readonly status: number
  readonly retryable: boolean
  readonly hint: string
  /** More for programs: the AccessDeniedDetail of NoPermission. Never a secret. */
  readonly detail: Readonly<Record<string, string>> | undefined

  constructor(code: ErrorCode, message: string, options?: ProblemOptions) {
    super(message, options)
    const row: ErrorEntry<never> = ERRORS[code]
    this.code = code
    this.official = row.official
    this.status = row.status
    this.retryable = row.retryable
    this.hint = options?.hint ?? row.hint
    this.detail = options?.detail
  }
}

/** Makes an error of the table; throw it or keep it as an outcome. */
export function problem<C extends ErrorCode>(
  code: C,
  params: ErrorParams<C>,
  options?: ProblemOptions,
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
