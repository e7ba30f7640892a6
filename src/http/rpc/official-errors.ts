/**
 * Codes and messages of errors where the official documentation lists them.
 */
import type { FastifyRequest } from 'fastify'
import type { SightlineError } from '../../errors.ts'

/** The documented sentence of each code that occurs here; ours follows it with what was found. */
const MESSAGES: Readonly<Record<string, string>> = {
  BadRequest: 'The request has invalid parameters.',
  'Console.BadRequest': 'The request has invalid parameters.',
  'Console.InstanceNotFound': 'The specified ImageSearch instance is not found.',
  'Console.IncrementStatusError': 'Current Increment status not supported this opreate.',
  'Console.InternalError': 'The request processing has failed due to some unknown error.',
  'Console.NoPermission': 'You are not authorized to this operation.',
  'Console.TaskAlreadyExist': 'A task that is in progress already exists.',
  DeniedRequest: 'Your request was denied due to instance flow control.',
  EmptyMeta: 'The body content has an empty meta field.',
  IncorrectOrientation: 'The image contains incorrect rotation flags in the meta data.',
  InstanceOverQuota: 'The number of items exceeds the limit.',
  InstanceStatusError: 'The current instance status does not support this operation.',
  InternalError: 'An internal server error occurred.',
  InvalidCategory: 'The specified category is invalid.',
  InvalidCustomContent: 'The specified parameter CustomContent is not valid.',
  InvalidFilterClause: 'The specified filtering condition is invalid.',
  InvalidInstance: 'The specified instance name is invalid.',
  InvalidIntAttr: 'The specified int_attr field is invalid.',
  InvalidIntAttr2: 'The specified parameter IntAttr2 is not valid.',
  InvalidIntAttr3: 'The specified parameter IntAttr3 is not valid.',
  InvalidIntAttr4: 'The specified parameter IntAttr4 is not valid.',
  InvalidMetaItem: 'The meta field is invalid.',
  InvalidNumParameter: 'The specified parameter num is invalid.',
  InvalidPicContent: 'The specified parameter PicContent is not valid.',
  InvalidPicList: 'The specified pic_list parameter is invalid.',
  InvalidPicName: 'The specified parameter PicName is not valid.',
  InvalidPicUrl: 'The specified parameter PicUrl is not valid.',
  InvalidPrimaryPicContent: 'The specified parameter PrimaryPicContent is not valid.',
  InvalidProductId: 'The specified parameter ProductId is not valid.',
  InvalidRegion: 'The specific region is illegal.',
  InvalidSecondaryPicContent: 'The specified parameter SecondaryPicContent is not valid.',
  InvalidStartParameter: 'The specified parameter start is inavlid.',
  InvalidStrAttr: 'The specified parameter StrAttr is not valid.',
  InvalidStrAttr2: 'The specified parameter StrAttr2 is not valid.',
  InvalidStrAttr3: 'The specified parameter StrAttr3 is not valid.',
  InvalidStrAttr4: 'The specified parameter StrAttr4 is not valid.',
  InvalidText: 'The specified parameter Text is not valid.',
  InvalidTextLength: 'Invalid text clause.',
  InvalidType: 'The specified parameter Type is not valid.',
  NoCaretSeperator: 'The body content is missing the ^ separator.',
  NoPermission: 'You are not authorized to perform this operation.',
  NoPicList: 'The body content is missing the pic_list parameter.',
  NoSpecifiedItemId: 'The item_id parameter is not specified.',
  NoSpecifiedPic: 'The content of an image is not specified in the HTTP POST body.',
  NoSpecifiedPicContent: 'The parameter PicContent no specified.',
  NoSpecifiedPicName: 'The parameter PicName no specified.',
  NoSpecifiedProductId: 'The parameter ProductId no specified.',
  NoSpecifiedSearchPic: 'The search image is not specified.',
  OverflowMaxResultNum: 'The specified number of total results exceeds the maximum of 500.',
  OverflowMaxReturnNum: 'The specified number of results for each request exceeds the maximum of 100.',
  PicNotExist: 'The specified image does not exist.',
  RequestTimeout: 'The request timed out.',
  TimeoutForTransferImage: 'Image transfer timed out.',
  UnsupportedInstanceType: 'The instance type is not supported.',
  UnsupportedOperationType: 'The specified action is not supported.',
  UnsupportedPicFormat: 'The specified image format is invalid.',
  UnsupportedPicPixels: 'The specified pixels is not supported.',
}

/** Actions that the official console serves have some codes of their own. */
const CONSOLE_CODES: Readonly<Record<string, string>> = {
  BadRequest: 'Console.BadRequest',
  MissingParameter: 'Console.BadRequest',
  InvalidInstance: 'Console.InstanceNotFound',
  InternalError: 'Console.InternalError',
  NoPermission: 'Console.NoPermission',
}

/** Version 2020-12-14 documents one code with another status than the versions before it, whose paths are not `/`. */
export function officialStatus({ official, status }: SightlineError, { wire }: FastifyRequest): number {
  return official === 'InstanceStatusError' && wire.path === '/' ? 400 : status
}

/** The body of an error as the SDKs read it. */
export function rpcError(error: SightlineError, request: FastifyRequest): object {
  return {
    RequestId: request.id,
    HostId: request.headers.host ?? '',
    ...officialError(error, request.seen.isConsole ?? false),
    Recommend: error.hint,
    ...(error.detail && { AccessDeniedDetail: error.detail }),
  }
}

/** @param isConsole of an action that the official console serves */
function officialError(error: SightlineError, isConsole: boolean): { Code: string; Message: string } {
  const code = (isConsole && CONSOLE_CODES[error.official]) || error.official
  const documented = MESSAGES[code]
  const isSame = !documented || documented === error.message
  return { Code: code, Message: isSame ? error.message : `${documented} ${error.message}` }
}
