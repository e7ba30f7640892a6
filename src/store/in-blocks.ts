/** Items in one statement at most, each with some parameters; SQLite takes 32766 of those. */
const BLOCK = 500

/** Runs a query over a list too long for the parameters of one statement; the results in one list. */
export async function inBlocks<T, R>(all: readonly T[], query: (block: readonly T[]) => Promise<R[]>): Promise<R[]> {
  const results: R[] = []
  for (let at = 0; at < all.length; at += BLOCK) results.push(...(await query(all.slice(at, at + BLOCK))))
  return results
}
