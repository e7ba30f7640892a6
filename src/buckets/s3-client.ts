/** The SDK's client as this project wants it: no retries and no timeouts of its own, nothing found by guessing. */
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3'
import type { BucketCredentials, S3Options } from './options.ts'
import { roleProblem } from './s3-errors.ts'

type Identity = Pick<S3ClientConfig, 'credentials' | 'signer'>
type Provider = Exclude<S3ClientConfig['credentials'], undefined>

const DEFAULT_REGION = 'us-east-1'
/** A host that takes no connection is not there; connected to it, all waiting is limited by `reliable.ts`. */
const CONNECT_TIMEOUT_MS = 5000
/** More than a bucket's requests in flight ever are: they never wait for a socket. */
const MAX_SOCKETS = 1000

export async function s3Client(
  name: string,
  options: S3Options,
  credentials: BucketCredentials | undefined,
): Promise<S3Client> {
  const { region = DEFAULT_REGION, endpoint, addressing = endpoint ? 'path' : 'host' } = options
  const agent = { keepAlive: true, maxSockets: MAX_SOCKETS }
  return new S3Client({
    region,
    ...(endpoint ? { endpoint } : { followRegionRedirects: true }),
    forcePathStyle: addressing === 'path',
    bucketEndpoint: addressing === 'domain',
    ...(await identity(name, options, credentials)),
    // Other stores than AWS refuse the checksums that the SDK adds by default.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: 0,
      socketTimeout: 0,
      httpAgent: new HttpAgent(agent),
      httpsAgent: new HttpsAgent(agent),
    },
  })
}

async function identity(
  name: string,
  options: S3Options,
  credentials: BucketCredentials | undefined,
): Promise<Identity> {
  if (options.auth === 'anonymous') {
    // Without credentials the SDK would look for some.
    return { credentials: { accessKeyId: '', secretAccessKey: '' }, signer: { sign: async (request) => request } }
  }
  const own = await ownCredentials(options, credentials)
  return { credentials: options.roleArn === undefined ? own : await assumed(name, options, options.roleArn, own) }
}

async function ownCredentials(options: S3Options, credentials: BucketCredentials | undefined): Promise<Provider> {
  if (options.auth === 'environment') {
    const { fromNodeProviderChain } = await import('@aws-sdk/credential-providers')
    return fromNodeProviderChain()
  }
  const { accessKeyId = '', accessKeySecret = '', securityToken } = credentials ?? {}
  return { accessKeyId, secretAccessKey: accessKeySecret, ...(securityToken && { sessionToken: securityToken }) }
}

/** Temporary keys of a role; the client asks for new ones before they expire. */
async function assumed(
  name: string,
  options: S3Options,
  roleArn: string,
  masterCredentials: Provider,
): Promise<Provider> {
  const { fromTemporaryCredentials } = await import('@aws-sdk/credential-providers')
  const { region = DEFAULT_REGION, externalId, endpoint, stsEndpoint = endpoint } = options
  const take = fromTemporaryCredentials({
    masterCredentials,
    params: { RoleArn: roleArn, RoleSessionName: 'sightline', ...(externalId && { ExternalId: externalId }) },
    clientConfig: { region, ...(stsEndpoint && { endpoint: stsEndpoint }) },
  })
  return async (...given) => {
    try {
      return await take(...given)
    } catch (error) {
      throw roleProblem(name, roleArn, error)
    }
  }
}
