/**
 * Failed sign-ins as lines of the audit log: at most so many a minute that somebody who guesses cannot push everything
 * else out of a log that keeps the newest lines.
 */
import { clip } from '../errors.ts'
import type { AuditLog } from './audit.ts'
import type { SignInOrigin } from './sessions.ts'

/** At this rate the 100,000 lines of the log last for a week. */
const MAX_A_MINUTE = 10

/** @param userName as somebody typed it; '' = not known */
export type NoteSignIn = (userName: string, origin: SignInOrigin, code: string) => void

export function signInNotes(parts: {
  audit: Pick<AuditLog, 'note'>
  accountId: string
  clock: () => number
}): NoteSignIn {
  const { audit, accountId, clock } = parts
  let minute = 0
  let noted = 0
  let leftOut = 0
  return (userName, { remoteAddress, userAgent, requestId = '' }, code) => {
    const now = Math.floor(clock() / 60_000)
    if (now !== minute) noted = 0
    minute = now
    if (noted >= MAX_A_MINUTE) {
      leftOut++
      return
    }
    noted++
    audit.note('denied', {
      principal: '',
      action: 'ram:SignIn',
      resource: `acs:ram:*:${accountId}:user/${clip(userName) || '*'}`,
      requestId,
      remoteAddress,
      detail: { code, userAgent, ...(leftOut > 0 && { leftOutBefore: leftOut }) },
    })
    leftOut = 0
  }
}
