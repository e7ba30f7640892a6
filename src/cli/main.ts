/** The program `sightline`: one file a command, registered here. */
import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { bucketCommand } from './bucket.ts'
import { run } from './command.ts'
import { configCommand } from './config.ts'
import { demoCommand } from './demo.ts'
import { imageCommand } from './image.ts'
import { importCommand } from './import.ts'
import { instanceCommand } from './instance.ts'
import { searchCommand } from './search.ts'
import { serveCommand } from './serve.ts'

/** Version from package.json. */
export const VERSION = (
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
).version

/** The whole command line; the docs are generated from it. */
export function createProgram(): Command {
  const program = new Command('sightline')
    .description('Self-hosted image search: a picture in, the same and similar products out.')
    .version(VERSION, '-v, --version', 'print the version')
    .helpCommand(false)
    .showHelpAfterError('(add --help for what there is)')
  const commands = [
    serveCommand(),
    demoCommand(),
    instanceCommand(),
    bucketCommand(),
    importCommand(),
    imageCommand(),
    searchCommand(),
    configCommand(),
  ]
  for (const command of commands) program.addCommand(command)
  for (const command of everyCommand(program)) command.copyInheritedSettings(program).exitOverride()
  return program
}

/** A command and all below it. */
export function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap(everyCommand)]
}

/** Runs a command line and leaves its exit status in `process.exitCode`. */
export async function runMain(args: readonly string[]): Promise<void> {
  process.exitCode = await run(createProgram(), args)
}

if (import.meta.main) await runMain(process.argv.slice(2))
