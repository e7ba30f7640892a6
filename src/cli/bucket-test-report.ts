/** What `bucket test` found, for a terminal. */
import stringWidth from 'string-width'
import type { BucketTest } from '../buckets/index.ts'
import { plain } from './table.ts'

/** Without a terminal, and at most: longer lines are hard to read. */
const WIDTH = 100

/** @param columns of the terminal; 0 = none */
export function renderBucketTest({ ok, steps }: BucketTest, columns: number): string {
  const nameWidth = Math.max(...steps.map(({ name }) => stringWidth(name)))
  const indent = ' '.repeat(nameWidth + 4)
  const width = Math.max(20, Math.min(columns || WIDTH, WIDTH) - indent.length)
  const lines = steps.map((step) => {
    const detail = wrap(plain(step.detail), width).join(`\n${indent}`)
    return `${step.ok ? '✓' : '✗'} ${step.name.padEnd(nameWidth)}  ${detail}\n`
  })
  return `${lines.join('')}${ok ? 'The bucket can be read.' : 'The bucket cannot be used as it is.'}\n`
}

function wrap(text: string, width: number): string[] {
  const lines = ['']
  for (const word of text.split(' ')) {
    const line = lines.at(-1) as string
    const longer = line === '' ? word : `${line} ${word}`
    if (line === '' || stringWidth(longer) <= width) lines[lines.length - 1] = longer
    else lines.push(word)
  }
  return lines
}
