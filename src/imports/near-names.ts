/** Which names in a folder look like one that is missing: for the hint of an error. */
import type { Bucket } from '../buckets/index.ts'
import { clip } from '../errors.ts'

/** Names looked at; a folder may hold millions. */
const MAX_NAMES = 2000
const MAX_SHOWN = 3

/**
 * A hint with names near to the missing one, undefined when there are none or the folder cannot be listed.
 *
 * @param mayRead only names of objects that may be read are shown
 */
export async function nearNames(
  bucket: Bucket,
  key: string,
  mayRead: (key: string) => { readonly allowed: boolean },
): Promise<string | undefined> {
  const folder = key.slice(0, key.lastIndexOf('/') + 1)
  const name = key.slice(folder.length)
  // A hint is no reason to fail: that the object is missing is known already.
  const children = await bucket.children(folder, MAX_NAMES).catch(() => undefined)
  if (!children) return undefined
  const where = folder === '' ? 'at the root of the bucket' : `in the folder "${clip(folder)}"`
  if (children.objects.length + children.folders.length === 0) return `There is nothing ${where}; check the path.`

  const near = children.objects
    .filter((object) => mayRead(object.key).allowed)
    .map((object) => object.key.slice(folder.length))
    .map((other) => ({ other, distance: nameDistance(name, other) }))
    .filter(({ distance }) => distance <= Math.max(1, name.length / 5))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, MAX_SHOWN)
    .map(({ other }) => `"${clip(other)}"`)
  if (near.length === 0) return undefined
  return `Similar names ${where}: ${near.join(', ')}. Upper and lower case differ.`
}

/** Edits from one name to the other; other case, another or one more extension count half of one. */
function nameDistance(a: string, b: string): number {
  const [x, y] = [a.toLowerCase(), b.toLowerCase()]
  if (x === y || stem(x) === stem(y) || y.startsWith(`${x}.`)) return 0.5
  if (Math.abs(x.length - y.length) > 3) return Number.POSITIVE_INFINITY
  return editDistance(x, y)
}

function stem(name: string): string {
  return name.replace(/\.[^.]*$/, '')
}

/** Levenshtein's, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replace = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replace, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
