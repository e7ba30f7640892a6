/** The program `sightline`: one file a command, registered here. */
import { Command } from 'commander'
import { VERSION } from '../ops/version.ts'
import { accessCommand } from './access.ts'
import { bucketCommand } from './bucket.ts'
import { run } from './command.ts'
import { configCommand } from './config.ts'
import { copiesCommand } from './copies.ts'
import { demoCommand } from './demo.ts'
import { imageCommand } from './image.ts'
import { importCommand } from './import.ts'
import { instanceCommand } from './instance.ts'
import { keyCommand } from './key.ts'
import { backupCommand, doctorCommand } from './maintenance.ts'
import { policyCommand } from './policy.ts'
import { roleCommand } from './role.ts'
import { searchCommand } from './search.ts'
import { serveCommand } from './serve.ts'
import { userCommand } from './user.ts'

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
    copiesCommand(),
    userCommand(),
    keyCommand(),
    roleCommand(),
    policyCommand(),
    accessCommand(),
    doctorCommand(),
    backupCommand(),
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
  // `sightline ... | head` closes the pipe early: what else is printed is lost, what else is done is not.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
  process.exitCode = await run(createProgram(), args)
}

if (import.meta.main) await runMain(process.argv.slice(2))
