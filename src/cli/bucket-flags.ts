/** The flags of `bucket add`: one names the kind of place, the others are its options. */
import { resolve } from 'node:path'
import type { Command } from 'commander'
import type { BucketSource } from '../buckets/index.ts'
import { problem } from '../errors.ts'
import { wholeNumber } from './command.ts'

export interface SourceFlags {
  readonly folder?: string
  readonly s3?: string
  readonly oss?: string
  readonly http?: string
  readonly internal?: boolean
  readonly cname?: boolean
  readonly [option: string]: unknown
}

export function addSourceFlags(command: Command): Command {
  return command
    .option('--folder <folder>', 'a folder on the machine of the server')
    .option('--s3 <bucket>', 'a bucket of an S3 store, by its name there')
    .option('--oss <bucket>', 'a bucket of Alibaba Cloud OSS, by its name there')
    .option('--http <url>', 'files of a web server below a URL')
    .option('--region <region>', 's3, oss: where it lies')
    .option('--endpoint-url <url>', 's3, oss: address of the store, where it is not that of the region')
    .option('--addressing <where>', 's3: the name goes into the path, before the host, or nowhere (path, host, domain)')
    .option('--internal', "oss: by Alibaba Cloud's own network")
    .option('--cname', 'oss: --endpoint-url is a domain of the bucket')
    .option('--auth <how>', 's3: key, environment, anonymous; oss: key, ram-role, oidc, anonymous (default: key)')
    .option('--role-arn <arn>', 's3, oss: role to assume')
    .option('--external-id <id>', 's3: external id of the role')
    .option('--role-name <name>', 'oss: role of the machine')
    .option('--oidc-provider-arn <arn>', 'oss: who made the token')
    .option('--oidc-token-file <file>', 'oss: the token, on the machine of the server')
    .option('--sts-endpoint <url>', 's3, oss: where roles are assumed')
    .option('--allow-private', 'http: ask private and loopback addresses, too')
    .option('--max-requests <n>', 'requests in flight at once', wholeNumber)
    .option('--max-bytes-per-second <n>', 'bandwidth over all imports', wholeNumber)
}

/** Flags that are options of the same name, and those that are named otherwise. */
const SAME = [
  ...['region', 'addressing', 'auth', 'roleArn', 'externalId', 'roleName', 'oidcProviderArn', 'oidcTokenFile'],
  ...['stsEndpoint', 'allowPrivate', 'maxRequests', 'maxBytesPerSecond'],
]
const OTHER = { endpointUrl: 'endpoint', internal: 'isInternal', cname: 'isCname' }
const PLACES = ['folder', 's3', 'oss', 'http'] as const

/** Whether an option fits the kind is for the server to say. @throws ParameterInvalid unless there is one place */
export function sourceOf(flags: SourceFlags): BucketSource {
  const [place, ...more] = PLACES.filter((name) => flags[name] !== undefined)
  if (place === undefined || more.length > 0) {
    const found = place === undefined ? 'none' : [place, ...more].map((name) => `--${name}`).join(' and ')
    throw problem('ParameterInvalid', { name: 'place', expected: 'one of --folder, --s3, --oss, --http', found })
  }
  const where = String(flags[place])
  const pairs = [...SAME.map((name) => [name, name] as const), ...Object.entries(OTHER)]
  const options = Object.fromEntries(
    pairs.filter(([flag]) => flags[flag] !== undefined).map(([flag, option]) => [option, flags[flag]]),
  )
  const first = place === 'folder' ? { folder: resolve(where) } : place === 'http' ? { url: where } : { bucket: where }
  return { driver: place === 'folder' ? 'file' : place, options: { ...first, ...options } } as BucketSource
}

/** Whether it signs with an access key that has to be given. */
export function needsKey({ driver, options }: BucketSource): boolean {
  return (driver === 's3' || driver === 'oss') && (options.auth ?? 'key') === 'key'
}
