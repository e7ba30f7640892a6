/** The client of the command line: calls `/v1` of a server, signed with an access key. */
import { readCredentials } from '../access/index.ts'
import { problem } from '../errors.ts'
import { type ClientKey, signAcs3 } from '../http/rpc/acs3.ts'
import { loadConfig } from '../ops/config.ts'

/** Where the server is and whose key is used; everything absent is found in the environment and the data folder. */
export interface ConnectOptions {
  readonly endpoint?: string
  /** Data folder whose credentials.json has the key. */
  readonly data?: string
}

export type Query = Readonly<Record<string, string | number | boolean | undefined>>

export interface Call {
  readonly query?: Query
  /** Sent as JSON. */
  readonly json?: unknown
  /** Sent as it is. */
  readonly bytes?: Uint8Array
  readonly signal?: AbortSignal
}

export interface Client {
  readonly endpoint: string
  /**
   * @param path below `/v1`
   * @returns the answer's JSON; undefined when it is empty
   * @throws ServerError, ServerUnreachable
   */
  call<T>(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, call?: Call): Promise<T>
  /** The answer's bytes: a picture, a download. */
  bytes(path: string, call?: Call): Promise<Uint8Array>
  /** The answer as it arrives. */
  stream(path: string, call?: Call): Promise<ReadableStream<Uint8Array>>
}

/** An error that the server answered, as it described it. */
export class ServerError extends Error {
  override readonly name = 'ServerError'
  readonly code: string
  readonly hint: string
  readonly status: number
  readonly requestId: string

  constructor(answer: { code: string; message: string; hint: string; status: number; requestId: string }) {
    super(answer.message)
    this.code = answer.code
    this.hint = answer.hint
    this.status = answer.status
    this.requestId = answer.requestId
  }
}

const DEFAULT_ENDPOINT = 'http://127.0.0.1:8750'

/**
 * Finds server and key: the environment first, then the credentials of the data folder.
 *
 * @throws ClientKeyMissing
 */
export async function connect(options: ConnectOptions = {}, env = process.env): Promise<Client> {
  const { config } = loadConfig({ env, flags: { dataDir: options.data } })
  const stored = await readCredentials(config.dataDir)
  const endpoint = options.endpoint ?? (env.SIGHTLINE_ENDPOINT || stored?.endpoint || DEFAULT_ENDPOINT)
  const key = keyFromEnvironment(env) ?? stored
  if (!key) throw problem('ClientKeyMissing', { folder: config.dataDir })
  return createClient(endpoint, key)
}

export function createClient(endpoint: string, key: ClientKey): Client {
  const base = endpoint.replace(/\/+$/, '')
  async function send(method: string, path: string, { query = {}, json, bytes, signal }: Call): Promise<Response> {
    const url = new URL(`${base}/v1${path}`)
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.set(name, String(value))
    const body = json === undefined ? bytes : Buffer.from(JSON.stringify(json))
    const type = json === undefined ? 'application/octet-stream' : 'application/json'
    const headers = signAcs3(
      {
        method,
        url: url.pathname + url.search,
        headers: { host: url.host, ...(body && { 'content-type': type }) },
        ...(body && { body }),
      },
      key,
    )
    const response = await fetch(url, {
      method,
      headers,
      ...(body && { body: body as Uint8Array<ArrayBuffer> }),
      ...(signal && { signal }),
    }).catch((cause: Error & { cause?: Error }) => {
      signal?.throwIfAborted()
      throw problem('ServerUnreachable', { endpoint: base, reason: cause.cause?.message || cause.message }, { cause })
    })
    if (!response.ok) throw await readError(response, base)
    return response
  }
  return {
    endpoint: base,
    async call<T>(method: string, path: string, call: Call = {}) {
      const text = await (await send(method, path, call)).text()
      return (text === '' ? undefined : JSON.parse(text)) as T
    },
    async bytes(path, call = {}) {
      return (await send('GET', path, call)).bytes()
    },
    async stream(path, call = {}) {
      return (await send('GET', path, call)).body ?? new ReadableStream()
    },
  }
}

function keyFromEnvironment(env: NodeJS.ProcessEnv): ClientKey | undefined {
  const { SIGHTLINE_ACCESS_KEY_ID: accessKeyId, SIGHTLINE_ACCESS_KEY_SECRET: accessKeySecret } = env
  if (!accessKeyId || !accessKeySecret) return undefined
  const securityToken = env.SIGHTLINE_SECURITY_TOKEN
  return { accessKeyId, accessKeySecret, ...(securityToken && { securityToken }) }
}

async function readError(response: Response, endpoint: string): Promise<Error> {
  const text = await response.text()
  try {
    const { error, requestId } = JSON.parse(text)
    return new ServerError({ ...error, status: response.status, requestId })
  } catch (cause) {
    const reason = `it answered HTTP ${response.status}, which is no answer of Sightline`
    return problem('ServerUnreachable', { endpoint, reason }, { cause })
  }
}
