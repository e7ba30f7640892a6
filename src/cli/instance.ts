/** `sightline instance`: instances are made, listed, shown, changed, cleared and dropped. */
import { type Command, Option } from 'commander'
import {
  command,
  EXIT,
  localTime,
  printDocument,
  printList,
  type RemoteFlags,
  remoteCommand,
  server,
  wholeNumber,
} from './command.ts'
import { renderFields } from './table.ts'

export interface InstanceJson {
  readonly name: string
  readonly serviceType: string
  readonly capacity: number
  readonly pictureRules: string
  readonly model: string
  readonly searchQps: number
  readonly writeQps: number
  readonly thumbnails: boolean
  readonly defaultRole: string
  readonly createdMs: number
  readonly images: number
  /** Its model has a text encoder. */
  readonly searchesText: boolean
}

interface OptionFlags extends RemoteFlags {
  readonly capacity?: number
  readonly rules?: string
  readonly searchQps?: number
  readonly writeQps?: number
  readonly thumbnails?: boolean
  readonly role?: string
}

export function instanceCommand(): Command {
  return command('instance', 'create, list, show, change, clear and drop instances')
    .addCommand(
      withOptions(remoteCommand('create', 'create an instance', ['instance create shop --type product']))
        .argument('<name>', '1 to 20 lower-case letters, digits and hyphens')
        .addOption(
          new Option('--type <type>', 'product predicts categories, generic does not')
            .choices(['product', 'generic'])
            .makeOptionMandatory(),
        )
        .action(create),
    )
    .addCommand(remoteCommand('list', 'list all instances').action(list))
    .addCommand(remoteCommand('show', 'show an instance').argument('<name>').action(show))
    .addCommand(
      withOptions(remoteCommand('update', 'change options of an instance', ['instance update shop --capacity 500000']))
        .argument('<name>')
        .action(update),
    )
    .addCommand(
      remoteCommand('clear', 'delete all images of an instance, keep the instance')
        .argument('<name>')
        .option('--yes', 'do not ask')
        .action(clear),
    )
    .addCommand(
      remoteCommand('drop', 'delete an instance with everything in it')
        .argument('<name>')
        .option('--yes', 'do not ask')
        .action(drop),
    )
}

function withOptions(made: Command): Command {
  return made
    .option('--capacity <images>', 'images at most', wholeNumber)
    .addOption(new Option('--rules <name>', 'which pictures are taken').choices(['open', 'cloud', 'cloud-2020']))
    .option('--search-qps <n>', 'searches a second; 0 = no limit', wholeNumber)
    .option('--write-qps <n>', 'writes a second; 0 = no limit', wholeNumber)
    .option('--thumbnails', 'keep a small picture of every image (default)')
    .option('--no-thumbnails', 'keep none')
    .option('--role <arn>', 'role of imports that name none')
}

function optionsJson({ capacity, rules, searchQps, writeQps, thumbnails, role }: OptionFlags): object {
  return { capacity, pictureRules: rules, searchQps, writeQps, thumbnails, defaultRole: role }
}

async function create(name: string, flags: OptionFlags & { type: string }): Promise<void> {
  const json = { name, serviceType: flags.type, ...optionsJson(flags) }
  const made = await (await server(flags)).call<InstanceJson>('POST', '/instances', { json })
  printDocument(flags, made, describe)
}

async function list(flags: RemoteFlags): Promise<void> {
  const { instances } = await (await server(flags)).call<{ instances: InstanceJson[] }>('GET', '/instances')
  printList(
    flags,
    instances,
    [
      { title: 'Name', value: ({ name }) => name, isElastic: true },
      { title: 'Type', value: ({ serviceType }) => serviceType },
      { title: 'Images', value: ({ images }) => images, align: 'right' },
      { title: 'Capacity', value: ({ capacity }) => capacity, align: 'right' },
      { title: 'Created', value: ({ createdMs }) => localTime(createdMs) },
    ],
    'There are no instances. Create one: sightline instance create NAME --type product',
  )
}

async function show(name: string, flags: RemoteFlags): Promise<void> {
  printDocument(flags, await (await server(flags)).call<InstanceJson>('GET', instancePath(name)), describe)
}

async function update(name: string, flags: OptionFlags): Promise<void> {
  const client = await server(flags)
  printDocument(
    flags,
    await client.call<InstanceJson>('PATCH', instancePath(name), { json: optionsJson(flags) }),
    describe,
  )
}

async function clear(name: string, flags: RemoteFlags & { yes?: boolean }): Promise<void> {
  const client = await server(flags)
  if (!(await isSure(flags, `Delete all images of ${name}?`))) return
  await client.call('POST', `${instancePath(name)}/clear`)
  printDocument(flags, { cleared: name }, () => `${name} is empty now.\n`)
}

async function drop(name: string, flags: RemoteFlags & { yes?: boolean }): Promise<void> {
  const client = await server(flags)
  if (!(await isSure(flags, `Delete the instance ${name} with everything in it?`))) return
  await client.call('DELETE', instancePath(name))
  printDocument(flags, { dropped: name }, () => `${name} is gone.\n`)
}

export function instancePath(name: string): string {
  return `/instances/${encodeURIComponent(name)}`
}

/** Asks on a terminal; without one, `--yes` is needed. */
async function isSure({ yes }: { yes?: boolean }, question: string): Promise<boolean> {
  if (yes) return true
  if (!process.stdin.isTTY) {
    process.stderr.write(`${question} Say so with --yes.\n`)
    process.exitCode = EXIT.usage
    return false
  }
  const { createInterface } = await import('node:readline/promises')
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  const answer = await terminal.question(`${question} [y/N] `)
  terminal.close()
  if (/^y(es)?$/i.test(answer.trim())) return true
  process.exitCode = EXIT.error
  return false
}

function describe(instance: InstanceJson): string {
  const qps = (n: number): string => (n === 0 ? 'no limit' : `${n} a second`)
  return renderFields([
    ['Name', instance.name],
    ['Type', instance.serviceType],
    ['Images', `${instance.images} of at most ${instance.capacity}`],
    ['Picture rules', instance.pictureRules],
    ['Model', instance.model],
    ['Searches by text', instance.searchesText ? 'yes' : 'no'],
    ['Searches', qps(instance.searchQps)],
    ['Writes', qps(instance.writeQps)],
    ['Thumbnails', instance.thumbnails ? 'yes' : 'no'],
    ['Default role', instance.defaultRole || '-'],
    ['Created', localTime(instance.createdMs)],
  ])
}
