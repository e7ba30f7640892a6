/**
 * The picture sets of `../shared/data` as lists, and as bucket folders with a manifest.
 */
import { copyFileSync, linkSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const SHARED_DATA = fileURLToPath(new URL('../../shared/data/', import.meta.url))

export interface LabelledPicture {
  /** Relative to the set's folder. */
  readonly path: string
  readonly product: string
  readonly category: string
}

/** Reads `labels.csv` of a set; none of its fields has a comma. */
export function labels(set: string): LabelledPicture[] {
  const [, ...lines] = readFileSync(join(SHARED_DATA, set, 'labels.csv'), 'utf8')
    .trim()
    .split(/\r?\n/)
  return lines.map((line) => {
    const [path = '', product = '', category = ''] = line.split(',')
    return { path, product, category }
  })
}

/** Number of a category name within a set, as its CategoryId. */
export function categoryIds(pictures: readonly LabelledPicture[]): Map<string, number> {
  return new Map([...new Set(pictures.map((picture) => picture.category))].sort().map((name, index) => [name, index]))
}

/**
 * Makes a bucket folder with an `increment.meta` of the pictures.
 *
 * @param copies how often each picture is there, every time under another name (hard links, no second bytes)
 */
export function makeBucket(folder: string, set: string, pictures: readonly LabelledPicture[], copies = 1): void {
  mkdirSync(folder, { recursive: true })
  const rows: string[] = []
  for (let copy = 0; copy < copies; copy++) {
    for (const [index, { path, product, category }] of pictures.entries()) {
      const name = copy === 0 ? path : `copy-${copy}/${path}`
      const target = join(folder, name)
      mkdirSync(dirname(target), { recursive: true })
      place(join(SHARED_DATA, set, path), target)
      rows.push(
        JSON.stringify({
          OperationType: 'ADD',
          ProductId: `${product}-${index}-${copy}`,
          PicName: name,
          StrAttr: product,
          StrAttr2: category.slice(0, 100),
        }),
      )
    }
  }
  writeFileSync(join(folder, 'increment.meta'), `${rows.join('\n')}\n`)
}

function place(source: string, target: string): void {
  try {
    linkSync(source, target)
  } catch {
    copyFileSync(source, target) // another file system
  }
}
