/**
 * Calls of the public `/v1` API with the signed-in user's cookie. Nothing else of the console talks to the server.
 */

/** An error of the server's table, or `Unreachable` when there was no answer. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: string
  readonly hint: string
  /** HTTP status; 0 = no answer. */
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

let csrfToken = ''
let onSignedOut: () => void = () => {}

/** The token that goes with everything that changes something. */
export function useCsrfToken(token: string): void {
  csrfToken = token
}

/** Called when the server no longer knows the session. */
export function whenSignedOut(then: () => void): void {
  onSignedOut = then
}

export type Query = Readonly<Record<string, string | number | boolean | undefined>>

export interface CallOptions {
  readonly query?: Query
  /** Sent as JSON, or as it is when it is a Blob. */
  readonly body?: unknown
  readonly signal?: AbortSignal
}

/** Address below `/v1`, each part of the path encoded: ``path`/instances/${name}` ``. */
export function path(texts: TemplateStringsArray, ...values: (string | number)[]): string {
  return texts.reduce((made, text, i) => made + encodeURIComponent(values[i - 1] ?? '') + text)
}

export function address(to: string, query: Query = {}): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') parameters.set(name, String(value))
  }
  return `/v1${to}${parameters.size > 0 ? `?${parameters}` : ''}`
}

/** @throws ApiError; DOMException AbortError when the signal was given and aborted */
export async function call<T>(method: string, to: string, options: CallOptions = {}): Promise<T> {
  const { query, body, signal } = options
  const isBlob = body instanceof Blob
  const headers: Record<string, string> = { accept: 'application/json' }
  if (method !== 'GET') headers['x-csrf-token'] = csrfToken
  if (body !== undefined)
    headers['content-type'] = isBlob ? body.type || 'application/octet-stream' : 'application/json'

  const response = await fetch(address(to, query), {
    method,
    headers,
    body: body === undefined ? null : isBlob ? body : JSON.stringify(body),
    signal: signal ?? null,
  }).catch((error: Error) => {
    if (error.name === 'AbortError') throw error
    throw new ApiError({ code: 'Unreachable', message: '', hint: '', status: 0, requestId: '' })
  })
  const answer = await response.json().catch(() => ({}))
  if (response.ok) return answer as T

  if (response.status === 401 && to !== '/session') onSignedOut()
  const { error = {}, requestId = '' } = answer as { error?: Record<string, string>; requestId?: string }
  throw new ApiError({
    code: error.code ?? `Http${response.status}`,
    message: error.message ?? response.statusText,
    hint: error.hint ?? '',
    status: response.status,
    requestId,
  })
}

export const get = <T>(to: string, query?: Query, signal?: AbortSignal): Promise<T> =>
  call('GET', to, { ...(query && { query }), ...(signal && { signal }) })
export const post = <T>(to: string, body: unknown = {}, query?: Query): Promise<T> =>
  call('POST', to, { body, ...(query && { query }) })
export const put = <T>(to: string, body: unknown): Promise<T> => call('PUT', to, { body })
export const patch = <T>(to: string, body: unknown): Promise<T> => call('PATCH', to, { body })
export const del = <T>(to: string, query?: Query): Promise<T> => call('DELETE', to, query ? { query } : {})
