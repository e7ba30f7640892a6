/** Lance's optimistic commits: two that touch the same files conflict, and the one that lost is to be tried again. */
import { setTimeout as sleep } from 'node:timers/promises'

const ATTEMPTS = 6
const FIRST_PAUSE_MS = 20

export async function retryConflicts<T>(commit: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await commit()
    } catch (error) {
      if (attempt === ATTEMPTS || !/conflict/i.test(String(error))) throw error
      await sleep(FIRST_PAUSE_MS * 2 ** attempt * (0.5 + Math.random()))
    }
  }
}
