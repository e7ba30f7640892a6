/**
 * Names of users, roles and policies.
 */
import { clip, problem } from '../errors.ts'

const MAX_CHARS = { user: 64, role: 64, policy: 128 } as const

/** No colon, slash or star: names are parts of ARNs, and patterns over them must mean what they say. */
export function checkName(what: 'user' | 'role' | 'policy', name: string): void {
  const max = MAX_CHARS[what]
  if (name.length <= max && /^[A-Za-z0-9][\w.-]*$/.test(name)) return
  throw problem('AccessNameInvalid', { what, max, name: clip(name) })
}
