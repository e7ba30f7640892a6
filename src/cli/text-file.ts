/** Files that hold a policy. */
import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { problem } from '../errors.ts'

/** The text of a file, `-` = standard input. @throws ParameterInvalid when it cannot be read */
export async function readTextFile(file: string): Promise<string> {
  if (file === '-') return await text(process.stdin)
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    const found = (cause as Error).message
    throw problem('ParameterInvalid', { name: file, expected: 'a file that can be read', found }, { cause })
  }
}

/** JSON for people, indented. */
export function showJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
