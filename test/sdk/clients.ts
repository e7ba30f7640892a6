/**
 * The official SDKs, unmodified, pointed at a test server; and raw requests for what no SDK would send.
 */
import { readFileSync } from 'node:fs'
import { type IncomingHttpHeaders, request } from 'node:http'
import imagesearch from '@alicloud/imagesearch20201214'
import openapi from '@alicloud/openapi-core'
import tea from '@darabonba/typescript'
import { type ClientKey, signAcs3 } from '../../src/http/rpc/acs3.ts'

export const { default: Client, ...models } = imagesearch
/** Of `@alicloud/openapi-core`; its types name it differently from what the package exports to ES modules. */
const { Config } = openapi.$OpenApiUtil
const { RuntimeOptions } = tea

export type SdkClient = InstanceType<typeof Client>

/** A client of API 2020-12-14. */
export function sdkClient(
  endpoint: string,
  key: ClientKey,
  options: { signatureAlgorithm?: 'v2'; protocol?: 'http' | 'https' } = {},
): SdkClient {
  const { host } = new URL(endpoint)
  const client = new Client(
    new Config({ protocol: 'http', ...key, endpoint: host, regionId: 'cn-shanghai', ...options }),
  )
  client._openPlatformEndpoint = host
  return client
}

/** For Advance calls: their form post is always TLS. */
export function trusting(authorityFile: string): InstanceType<typeof RuntimeOptions> {
  return new RuntimeOptions({ ca: readFileSync(authorityFile, 'utf8') })
}

export interface RawAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  /** undefined = the body is no JSON. */
  readonly json: Record<string, unknown> | undefined
}

/** Sends bytes as they are, and reads the answer even when it comes before the request is through. */
export function send(
  endpoint: string,
  { method, url, headers, body }: { method: string; url: string; headers: object; body?: Uint8Array },
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(endpoint)
    const options = {
      hostname,
      port,
      method,
      path: url,
      headers: headers as IncomingHttpHeaders,
      setHost: false,
      agent: false,
    }
    const outgoing = request(options as object, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('end', () => {
        const text = Buffer.concat(parts).toString()
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json: parse(text) })
      })
      response.on('error', reject)
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A signed request of an action, ready for {@link send}; sending it twice is a replay. */
export function signedAction(
  endpoint: string,
  key: ClientKey,
  action: string,
  form: Readonly<Record<string, string>>,
  { at = new Date(), version = '2020-12-14' } = {},
): { method: string; url: string; headers: Record<string, string>; body: Buffer } {
  const body = Buffer.from(new URLSearchParams(form).toString())
  const headers = {
    host: new URL(endpoint).host,
    'x-acs-action': action,
    'x-acs-version': version,
    'content-type': 'application/x-www-form-urlencoded',
  }
  return { method: 'POST', url: '/', headers: signAcs3({ method: 'POST', url: '/', headers, body }, key, at), body }
}
