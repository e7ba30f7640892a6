/**
 * Values remembered for some seconds: every request needs its key and policies, and they seldom change.
 */

export interface ShortCache<V> {
  /** The value, loaded when it is not remembered; a failed load is not remembered. */
  get(key: string): Promise<V>
  /** Forgets everything, loads in flight included: what they bring may be older than the change that calls this. */
  clear(): void
}

export function shortCache<V>(options: {
  ttlMs: number
  maxEntries: number
  clock: () => number
  load: (key: string) => Promise<V>
}): ShortCache<V> {
  const { ttlMs, maxEntries, clock, load } = options
  let entries = new Map<string, { value: Promise<V>; expiresMs: number }>()

  return {
    get(key) {
      const known = entries.get(key)
      if (known && known.expiresMs > clock()) return known.value
      const entry = { value: load(key), expiresMs: clock() + ttlMs }
      const home = entries
      entry.value.catch(() => {
        if (home.get(key) === entry) home.delete(key)
      })
      entries.delete(key)
      entries.set(key, entry)
      if (entries.size > maxEntries) entries.delete(entries.keys().next().value as string)
      return entry.value
    },
    clear() {
      entries = new Map()
    },
  }
}
