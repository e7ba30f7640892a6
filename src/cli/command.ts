/** What all commands share: their flags, how they print, how they end. */
import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { SightlineError } from '../errors.ts'
import { type Client, connect, ServerError } from './client.ts'
import { type Column, renderTable } from './table.ts'

/** 0 all done, 1 error, 2 wrong usage, 3 done in part. */
export const EXIT = { done: 0, error: 1, usage: 2, partly: 3 } as const

/** Flags of every command that talks to a server. */
export interface RemoteFlags {
  readonly json?: boolean
  readonly endpoint?: string
  readonly data?: string
}

/** A command that talks to a server: `--json`, `--endpoint`, `--data`. */
export function remoteCommand(name: string, summary: string, examples: readonly string[] = []): Command {
  return command(name, summary, examples)
    .option('--json', 'print JSON: one document, or one object a line for lists')
    .option('--endpoint <address>', 'address of the server (default: SIGHTLINE_ENDPOINT, or as the data folder says)')
    .option(
      '--data <folder>',
      'data folder whose credentials.json is used (default: SIGHTLINE_DATA, or ./sightline-data)',
    )
}

/** A command with its examples below the help. */
export function command(name: string, summary: string, examples: readonly string[] = []): Command {
  const made = new Command(name).description(summary)
  if (examples.length > 0)
    made.addHelpText('after', `\nExamples:\n${examples.map((e) => `  $ sightline ${e}`).join('\n')}`)
  return made
}

/** The server that the flags name. */
export function server(flags: RemoteFlags): Promise<Client> {
  return connect({ ...(flags.endpoint && { endpoint: flags.endpoint }), ...(flags.data && { data: flags.data }) })
}

/** Prints one document: JSON, or what `show` makes of it. */
export function printDocument<T>({ json }: RemoteFlags, document: T, show: (document: T) => string): void {
  process.stdout.write(json ? `${JSON.stringify(document, null, 2)}\n` : show(document))
}

/** Prints a list: one JSON object a line, or a table; `none` stands in for an empty one. */
export function printList<T>(
  { json }: RemoteFlags,
  rows: readonly T[],
  columns: readonly Column<T>[],
  none: string,
): void {
  if (json) process.stdout.write(rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  else if (rows.length === 0) process.stdout.write(`${none}\n`)
  else process.stdout.write(renderTable(rows, columns, process.stdout.columns ?? 0))
}

/** For options that take a whole number. */
export function wholeNumber(text: string): number {
  if (!/^-?\d+$/.test(text)) throw new InvalidArgumentError('Expected a whole number.')
  return Number(text)
}

/** For options that take a share from 0 to 1. */
export function share(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !(value >= 0 && value <= 1))
    throw new InvalidArgumentError('Expected a number from 0 to 1.')
  return value
}

/** Local time, to the second. */
export function localTime(ms: number): string {
  if (ms === 0) return '-'
  const date = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000)
  return date.toISOString().slice(0, 19).replace('T', ' ')
}

/**
 * Runs the program and says how it ended.
 *
 * @param args without the program's own name
 */
export async function run(program: Command, args: readonly string[]): Promise<number> {
  try {
    await program.parseAsync(args, { from: 'user' })
    return Number(process.exitCode ?? EXIT.done)
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage
    printError(error, args.includes('--json'))
    return EXIT.error
  }
}

function printError(error: unknown, isJson: boolean): void {
  const { code, message, hint, requestId } = describeError(error)
  if (isJson) {
    process.stderr.write(`${JSON.stringify({ error: { code, message, hint, requestId } }, null, 2)}\n`)
    return
  }
  process.stderr.write(`${code}: ${message}\n  ${hint}\n`)
  if (requestId) process.stderr.write(`  request id ${requestId}\n`)
}

function describeError(error: unknown): { code: string; message: string; hint: string; requestId?: string } {
  if (error instanceof ServerError || error instanceof SightlineError) return error
  const { code, message, stack } = error as NodeJS.ErrnoException
  // A file of the caller that cannot be read or written; anything else is ours, and its stack is all that helps.
  const isFile = typeof code === 'string' && /^E[A-Z]+$/.test(code)
  if (isFile) return { code, message, hint: 'Check the path, and who may read and write it.' }
  return { code: 'InternalError', message, hint: stack ?? '' }
}
