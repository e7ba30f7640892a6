/** Of the young generation: V8's own is 32, which makes 100 MB more of a busy server that is no faster for it. */
const FLAG = '--max-semi-space-size'
const MB = 8

/**
 * Begins the process anew with a small heap, since V8 takes the flag at the start only. Returns where the flag was given
 * already, or where a process cannot be replaced (Windows).
 */
export function beginWithSmallHeap(): void {
  const isGiven = [...process.execArgv, process.env.NODE_OPTIONS ?? ''].some((option) => option.includes(FLAG))
  if (isGiven || process.platform === 'win32' || !process.execve) return
  const options = [`${FLAG}=${MB}`, ...process.execArgv]
  process.execve(process.execPath, [process.execPath, ...options, ...process.argv.slice(1)], process.env)
}
