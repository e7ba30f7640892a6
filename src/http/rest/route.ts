/**
 * One REST route as data: the table of these is what the server serves, what the tests walk and what the docs list.
 */
import type { Readable } from 'node:stream'
import type { Static, TSchema } from 'typebox'
import type { Access, Principal } from '../../access/index.ts'

export interface RestRequest<P, Q, B> {
  readonly params: P
  readonly query: Q
  readonly body: B
  readonly principal: Principal
  readonly requestId: string
  /** Where the request comes from. */
  readonly origin: { readonly remoteAddress: string; readonly userAgent: string; readonly isTls: boolean }
  /** Token of the console's session cookie; '' = none. */
  readonly sessionToken: string
  /** Aborted when the caller hangs up. */
  readonly signal: AbortSignal
}

/** An answer that is not JSON: a picture, a download, a stream of events. */
export interface RawAnswer {
  readonly contentType: string
  readonly body: Uint8Array | Readable
  readonly headers?: Readonly<Record<string, string>>
}

export interface RestRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below `/v1`, Fastify's syntax: `/instances/:name`. */
  readonly path: string
  /**
   * Action that the caller must be allowed, `imagesearch:AddImage`. 'signed-in' = whoever has credentials, for what
   * concerns only himself or is the same for all; 'public' = everybody (sign-in, signed links, the description).
   */
  readonly action: string | 'signed-in' | 'public'
  /** Path parameter that names the instance the action is on; absent = all (`*`). */
  readonly instanceParameter?: string
  /**
   * Name of the resource where it is no instance, with the account and the parameters of the path in braces:
   * `acs:ram:*:{account}:user/{user}`.
   */
  readonly resource?: string
  /** The parameters of `resource` stand in the body: what the request will make. */
  readonly isResourceInBody?: true
  /** Name of the instance where only a lookup tells it; undefined when there is none, which counts as all. */
  readonly instanceOf?: (parameters: Readonly<Record<string, string>>) => Promise<string | undefined>
  /** Whether the audit log notes it when it was done. */
  readonly isAudited?: true
  /** One line for the docs. */
  readonly summary: string
  readonly params?: TSchema
  readonly query?: TSchema
  readonly body?: TSchema
  /** Default 200. */
  readonly status?: number
  readonly handle: (request: RestRequest<never, never, never>) => Promise<unknown | RawAnswer>
}

type Of<S> = S extends TSchema ? Static<S> : undefined

/** Declares a route with the types of its schemas. A handler returns JSON or a {@link RawAnswer} made by {@link raw}. */
export function route<
  P extends TSchema | undefined = undefined,
  Q extends TSchema | undefined = undefined,
  B extends TSchema | undefined = undefined,
>(definition: {
  method: RestRoute['method']
  path: string
  action: string
  instanceParameter?: string
  resource?: string
  isResourceInBody?: true
  instanceOf?: RestRoute['instanceOf']
  isAudited?: true
  summary: string
  params?: P
  query?: Q
  body?: B
  status?: number
  handle: (request: RestRequest<Of<P>, Of<Q>, Of<B>>) => Promise<unknown | RawAnswer>
}): RestRoute {
  return definition as unknown as RestRoute
}

/** Name of the resource that a request to this route is on. */
export async function resourceOf(
  { resource, instanceParameter, instanceOf }: RestRoute,
  parameters: Readonly<Record<string, string>>,
  access: Access,
): Promise<string> {
  if (resource === undefined) {
    const named = instanceParameter ? (parameters[instanceParameter] ?? '') : '*'
    return access.instanceResource((await instanceOf?.(parameters)) ?? named)
  }
  return resource.replace(/\{(\w+)\}/g, (_, name) => (name === 'account' ? access.accountId : (parameters[name] ?? '')))
}

const RAW = Symbol('raw answer')

/** Marks an answer as not JSON. */
export function raw(answer: RawAnswer): RawAnswer {
  return Object.assign({ [RAW]: true }, answer)
}

export function isRaw(answer: unknown): answer is RawAnswer {
  return typeof answer === 'object' && answer !== null && RAW in answer
}
