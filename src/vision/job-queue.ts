import type { Priority } from './index.ts'

/** Jobs that wait: searches before imports, first come first served among themselves. */
export interface JobQueue<T> {
  add(job: T, priority: Priority): void
  /** Takes a job out before its turn; false = it does not wait here. */
  delete(job: T): boolean
  /** @param mayImport default true; false = only a search, however long imports have waited */
  next(mayImport?: boolean): T | undefined
  size(): number
}

/** After so many searches in a row an import that waits has its turn, so that it ends even when searches never do. */
export const SEARCHES_PER_IMPORT = 32

export function createJobQueue<T>(): JobQueue<T> {
  // A Set keeps the order of adding and deletes from the middle at no cost.
  const searches = new Set<T>()
  const imports = new Set<T>()
  let searchesInRow = 0

  return {
    add: (job, priority) => (priority === 'search' ? searches : imports).add(job),
    delete: (job) => searches.delete(job) || imports.delete(job),
    next(mayImport = true) {
      const isDue = searches.size === 0 || (searchesInRow >= SEARCHES_PER_IMPORT && imports.size > 0)
      const isImportsTurn = mayImport && isDue
      const from = isImportsTurn ? imports : searches
      searchesInRow = isImportsTurn || imports.size === 0 ? 0 : searchesInRow + 1
      const [job] = from
      if (job !== undefined) from.delete(job)
      return job
    },
    size: () => searches.size + imports.size,
  }
}
