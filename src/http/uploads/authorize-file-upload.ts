/**
 * AuthorizeFileUpload: the first step of an Advance call, at the official SDKs an API of another service.
 */
import { clip, problem } from '../../errors.ts'
import type { Action } from '../rpc/action.ts'

export const authorizeFileUpload: Action = {
  name: 'AuthorizeFileUpload',
  versions: ['2019-12-19'],
  permission: 'signed-in',
  isConsole: false,
  parameters: {},
  async run({ uploads, host }) {
    const { objectKey, encodedPolicy, signature } = uploads.grant()
    return {
      ...splitHost(host),
      AccessKeyId: 'sightline-upload',
      ObjectKey: objectKey,
      EncodedPolicy: encodedPolicy,
      Signature: signature,
      UseAccelerate: false,
    }
  },
}

/**
 * The SDKs post to `<Bucket>.<Endpoint>`, which must come out as the host that they reached us by. The first dot
 * splits, because a Java client takes no dot in a bucket.
 *
 * @throws UploadHostWithoutDot
 */
function splitHost(host: string): { Bucket: string; Endpoint: string } {
  const [, Bucket = '', Endpoint = ''] = /^([A-Za-z0-9_-]+)\.(.+)$/.exec(host) ?? []
  if (Bucket === '') throw problem('UploadHostWithoutDot', { host: clip(host) })
  return { Bucket, Endpoint }
}
