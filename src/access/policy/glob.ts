/**
 * Patterns of policies: `*` is any run of characters, also none, `?` is one character. Matching takes at most
 * pattern x text steps, whatever the pattern.
 */
export type Glob = (text: string) => boolean

/** Prepares a pattern; the common shapes (no wildcard, one `*` at the end) become one native call. */
export function compileGlob(pattern: string): Glob {
  if (/^\*+$/.test(pattern)) return () => true
  if (!pattern.includes('?')) {
    const star = pattern.indexOf('*')
    if (star === -1) return (text) => text === pattern
    if (star === pattern.length - 1) {
      const prefix = pattern.slice(0, -1)
      return (text) => text.startsWith(prefix)
    }
  }
  return (text) => matches(pattern, text)
}

/** Greedy: after a mismatch only the last `*` takes one more character, so no combination of stars is tried. */
function matches(pattern: string, text: string): boolean {
  let p = 0
  let t = 0
  let star = -1
  let starText = 0
  while (t < text.length) {
    if (pattern[p] === '*') {
      star = p++
      starText = t
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t])) {
      p++
      t++
    } else if (star !== -1) {
      p = star + 1
      t = ++starText
    } else {
      return false
    }
  }
  while (pattern[p] === '*') p++
  return p === pattern.length
}
