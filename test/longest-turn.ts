/**
 * The processor time of the longest turn of this thread's event loop while something is done, in ms. Processor time,
 * because a machine that is busy with other things makes no turn longer.
 */
export async function longestTurnMs(work: () => Promise<unknown>): Promise<number> {
  let longest = 0
  let isWatching = true
  let last = busyMs()
  const watch = (): void => {
    const now = busyMs()
    longest = Math.max(longest, now - last)
    last = now
    if (isWatching) setImmediate(watch)
  }
  setImmediate(watch)
  await work()
  isWatching = false
  return longest
}

function busyMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
