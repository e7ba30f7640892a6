/**
 * Does work on items, several at once, until there are no more or the signal is aborted.
 *
 * @param items made with a signal that is aborted also when some work has failed
 * @param beside goes on at the same time, and must end
 * @throws the first failure; all work in hand has ended then
 */
export async function forEachParallel<T>(
  parallel: number,
  stop: AbortSignal,
  items: (signal: AbortSignal) => AsyncGenerator<T>,
  work: (item: T, signal: AbortSignal) => Promise<void>,
  beside?: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const broken = new AbortController()
  const signal = AbortSignal.any([stop, broken.signal])
  const source = items(signal)

  async function runner(): Promise<void> {
    for (;;) {
      const { value, done } = await source.next()
      if (done || signal.aborted) return
      await work(value, signal)
    }
  }
  const all = Array.from({ length: parallel }, runner)
  if (beside) all.push(beside(signal))
  // The first failure stops the others; what that breaks in them comes later and is not the reason.
  for (const part of all) part.catch((error) => broken.abort(error))
  await Promise.allSettled(all)
  if (broken.signal.aborted && !stop.aborted) throw broken.signal.reason
}
