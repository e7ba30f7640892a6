/**
 * How every change of access is made: with its line in the audit log in one transaction, and forgotten caches after it.
 */
import { SightlineError } from '../errors.ts'
import type { Store, Trx } from '../store/index.ts'
import type { Actor } from './access-admin.ts'
import type { AuditLog } from './audit.ts'

export type Changes = <T>(
  actor: Actor,
  line: {
    /** `ram:CreateUser` */
    readonly action: string
    /** `user/anna` */
    readonly on: string
    /** What was changed to what; never a secret. */
    readonly detail?: Readonly<Record<string, unknown>>
  },
  write: (trx: Trx) => Promise<T>,
) => Promise<T>

export function createChanges(parts: {
  store: Store
  audit: AuditLog
  accountId: string
  forget: () => void
}): Changes {
  const { store, audit, accountId, forget } = parts
  return async (actor, { action, on, detail = {} }, write) => {
    const line = {
      principal: actor.principal.arn,
      action,
      resource: `acs:ram:*:${accountId}:${on}`,
      requestId: actor.requestId,
      remoteAddress: actor.remoteAddress,
      detail,
    }
    try {
      return await store.write(async (trx) => {
        const done = await write(trx)
        await audit.changed(trx, line)
        return done
      })
    } catch (error) {
      if (error instanceof SightlineError && error.status === 403)
        audit.note('denied', { ...line, detail: { code: error.code } })
      throw error
    } finally {
      forget()
    }
  }
}
