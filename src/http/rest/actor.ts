import type { Actor } from '../../access/index.ts'
import type { RestRequest } from './route.ts'

/** Who makes a change, for the audit log. */
export function actorOf({ principal, requestId, origin }: RestRequest<unknown, unknown, unknown>): Actor {
  return { principal, requestId, remoteAddress: origin.remoteAddress }
}
