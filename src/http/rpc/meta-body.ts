/**
 * The private body format of version 2018-01-20: `key,start,end#key,start,end^content`.
 */
import { clip, problem } from '../../errors.ts'

/** Keys there are at most; a body names some fields and its pictures. */
const MAX_KEYS = 64

/**
 * @returns values by key
 * @throws BodyNoCaret, BodyMetaEmpty, BodyMetaInvalid
 */
export function parseMetaBody(body: Buffer): Map<string, string> {
  // Offsets count characters, not bytes.
  const text = body.toString('utf8')
  const caret = text.indexOf('^')
  if (caret < 0) throw problem('BodyNoCaret', {})
  if (caret === 0) throw problem('BodyMetaEmpty', {})
  const content = text.slice(caret + 1)
  const items = text.slice(0, caret).split('#', MAX_KEYS + 1)
  if (items.length > MAX_KEYS) throw problem('BodyMetaInvalid', { found: `more than ${MAX_KEYS} keys` })
  return new Map(items.map((item) => readItem(item, content)))
}

function readItem(item: string, content: string): [key: string, value: string] {
  const [, key = '', start = '', end = ''] = /^([^,]+),(\d{1,9}),(\d{1,9})$/.exec(item) ?? []
  if (key === '' || Number(start) > Number(end) || Number(end) > content.length)
    throw problem('BodyMetaInvalid', { found: clip(item) })
  return [key, content.slice(Number(start), Number(end))]
}
