/** Keys for OSS: those that were given, or temporary ones of a role that are made again before they expire. */
import { readFile } from 'node:fs/promises'
import OSS from 'ali-oss'
import { clip, problem, SightlineError } from '../errors.ts'
import type { BucketCredentials, OssOptions } from './options.ts'
import { type OssTransport, ossTransport } from './oss-transport.ts'

/** The address at which every machine of Alibaba Cloud finds out about itself. */
const METADATA_URL = 'http://100.100.100.200'
const METADATA_TOKEN_SECONDS = 21_600
const SESSION = 'sightline'
/** What roles allow unless they were told otherwise. */
const ROLE_SECONDS = 3600
/** Longer than any object takes to read. */
const RENEW_BEFORE_MS = 5 * 60_000
/** When keys cannot be renewed, the old ones serve on; asking again has its time. */
const ASK_AGAIN_MS = 10_000
const TIMEOUT_MS = 10_000

export interface OssKeys extends BucketCredentials {
  /** Absent = they stay. */
  readonly expiresMs?: number
}

/** @throws BucketCredentialsRefused, BucketUnreachable */
export type OssKeyring = () => Promise<OssKeys>

export interface OssCredentialsParts {
  /** Default: that of Alibaba Cloud. */
  readonly metadataUrl?: string
  readonly now?: () => number
}

/** @param name of the bucket, for messages */
export function ossKeyring(
  name: string,
  options: OssOptions,
  given: BucketCredentials | undefined,
  { metadataUrl = METADATA_URL, now = Date.now }: OssCredentialsParts = {},
): OssKeyring {
  const fixed = given ?? { accessKeyId: 'anonymous', accessKeySecret: 'anonymous' }
  const make = {
    key: () => assumedRole(name, options, fixed, ossTransport(false)),
    'ram-role': () => machineRole(name, options, metadataUrl),
    oidc: () => oidcRole(name, options),
    anonymous: async () => fixed,
  }[options.auth ?? 'key']
  const isFixed = options.auth === 'anonymous' || ((options.auth ?? 'key') === 'key' && options.roleArn === undefined)
  return isFixed ? async () => fixed : renewing(make, now)
}

/** One maker of keys for all who ask at the same time. */
function renewing(make: () => Promise<OssKeys>, now: () => number): OssKeyring {
  let keys: OssKeys | undefined
  let making: Promise<OssKeys> | undefined
  let askAgainMs = 0

  async function made(): Promise<OssKeys> {
    try {
      keys = await make()
      return keys
    } catch (error) {
      if (keys?.expiresMs === undefined || keys.expiresMs <= now()) throw error
      askAgainMs = now() + ASK_AGAIN_MS
      return keys
    } finally {
      making = undefined
    }
  }

  return async () => {
    const isFresh = keys && (keys.expiresMs === undefined || keys.expiresMs - RENEW_BEFORE_MS > now())
    if (keys && (isFresh || askAgainMs > now())) return keys
    making ??= made()
    return making
  }
}

async function assumedRole(name: string, options: OssOptions, given: BucketCredentials, urllib: OssTransport) {
  const sts = new OSS.STS({ ...given, endpoint: stsUrl(options), urllib })
  try {
    const limit = { ctx: { signal: AbortSignal.timeout(TIMEOUT_MS) } }
    const { credentials } = await sts.assumeRole(options.roleArn ?? '', undefined, ROLE_SECONDS, SESSION, limit)
    return keysOf(name, credentials)
  } catch (error) {
    const { status, message } = error as { status?: number; message?: string }
    if (error instanceof SightlineError) throw error
    throw refusal(name, status, `the role cannot be assumed: ${message}`, error)
  }
}

/** Exchanges the token of the machine's (or pod's) identity provider for keys of a role. */
async function oidcRole(name: string, options: OssOptions): Promise<OssKeys> {
  // What clusters of Alibaba Cloud put into every pod that has a role.
  const { ALIBABA_CLOUD_ROLE_ARN, ALIBABA_CLOUD_OIDC_PROVIDER_ARN, ALIBABA_CLOUD_OIDC_TOKEN_FILE } = process.env
  const file = options.oidcTokenFile ?? ALIBABA_CLOUD_OIDC_TOKEN_FILE ?? ''
  const token = (await readFile(file, 'utf8').catch(() => '')).trim()
  // No other file of this machine is sent to the address that the bucket names.
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) throw refusal(name, 400, `there is no OIDC token in "${clip(file)}"`)
  const form = {
    Action: 'AssumeRoleWithOIDC',
    Version: '2015-04-01',
    Format: 'JSON',
    Timestamp: new Date().toISOString(),
    RoleArn: options.roleArn ?? ALIBABA_CLOUD_ROLE_ARN ?? '',
    OIDCProviderArn: options.oidcProviderArn ?? ALIBABA_CLOUD_OIDC_PROVIDER_ARN ?? '',
    OIDCToken: token,
    RoleSessionName: SESSION,
    DurationSeconds: String(ROLE_SECONDS),
  }
  const answer = await ask(name, stsUrl(options), { method: 'POST', body: new URLSearchParams(form) })
  const { Credentials } = (await answer.json()) as { Credentials?: Record<string, string> }
  return keysOf(name, Credentials)
}

/** The role that the machine has, by its metadata service (with a token, its hardened mode). */
async function machineRole(name: string, { roleName }: OssOptions, url: string): Promise<OssKeys> {
  const tokenHeader = { 'x-aliyun-ecs-metadata-token-ttl-seconds': String(METADATA_TOKEN_SECONDS) }
  const token = await (await ask(name, `${url}/latest/api/token`, { method: 'PUT', headers: tokenHeader })).text()
  const headers = { 'x-aliyun-ecs-metadata-token': token }
  const roles = `${url}/latest/meta-data/ram/security-credentials/`
  const role = roleName ?? (await (await ask(name, roles, { headers })).text()).trim()
  const answer = await ask(name, roles + encodeURIComponent(role), { headers })
  return keysOf(name, (await answer.json()) as Record<string, string>)
}

async function ask(name: string, url: string, request: RequestInit): Promise<Response> {
  const answer = await fetch(url, { ...request, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(
    (error: Error) => {
      const { cause } = error as { cause?: Error }
      throw refusal(name, undefined, `keys of a role cannot be had: ${cause?.message || error.message}`, error)
    },
  )
  if (answer.ok) return answer
  const refused = (await answer.json().catch(() => ({}))) as { Code?: string; Message?: string }
  const { Code: code = '', Message: message = '' } = refused
  throw refusal(name, answer.status, clip(`keys of a role cannot be had: ${answer.status} ${code} ${message}`, 300))
}

function keysOf(name: string, given: Record<string, string> | undefined): OssKeys {
  const { AccessKeyId: accessKeyId, AccessKeySecret: accessKeySecret, SecurityToken, Expiration } = given ?? {}
  const expiresMs = Date.parse(Expiration ?? '')
  if (!accessKeyId || !accessKeySecret || !SecurityToken || Number.isNaN(expiresMs)) {
    throw refusal(name, 400, 'the answer to the question for keys of a role has none')
  }
  return { accessKeyId, accessKeySecret, securityToken: SecurityToken, expiresMs }
}

/** @param status of the answer; undefined and -1 = there was none */
function refusal(name: string, status: number | undefined, reason: string, cause?: unknown): SightlineError {
  const isPassing = status === undefined || status === -1 || status === 429 || status >= 500
  const code = isPassing ? 'BucketUnreachable' : 'BucketCredentialsRefused'
  return problem(code, { name, reason: clip(reason, 300) }, { cause })
}

function stsUrl({ region, stsEndpoint = `https://sts.${region}.aliyuncs.com` }: OssOptions): string {
  return stsEndpoint
}
