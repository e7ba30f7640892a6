/** `sightline role`: roles of imports and of temporary credentials. */
import type { Command } from 'commander'
import type { RoleInfo } from '../access/index.ts'
import {
  command,
  localTime,
  printDocument,
  printList,
  type RemoteFlags,
  remoteCommand,
  server,
  wholeNumber,
} from './command.ts'
import { renderFields } from './table.ts'
import { readTextFile, showJson } from './text-file.ts'

interface RoleFlags extends RemoteFlags {
  readonly description?: string
  readonly trust?: string
  readonly maxSession?: number
}

/** As `/v1` shows it: the trust policy is JSON. */
type RoleJson = Omit<RoleInfo, 'trustPolicy'> & { readonly trustPolicy: object }

export function roleCommand(): Command {
  return command('role', 'create, list, show, change and delete roles')
    .addCommand(
      withOptions(
        remoteCommand('create', 'create a role; without --trust it is for imports', [
          'role create imagesearch-import',
          'role create worker --trust trust.json',
        ]),
      )
        .argument('<name>', '1 to 64 letters, digits and . _ -')
        .action(create),
    )
    .addCommand(remoteCommand('list', 'list all roles with their ARNs').action(list))
    .addCommand(
      remoteCommand('show', 'show a role: its ARN, who may take it, its policies').argument('<name>').action(show),
    )
    .addCommand(withOptions(remoteCommand('update', 'change a role')).argument('<name>').action(update))
    .addCommand(
      remoteCommand('delete', 'delete a role; its temporary credentials end').argument('<name>').action(remove),
    )
}

function withOptions(made: Command): Command {
  return made
    .option('--description <text>', 'what the role is for')
    .option('--trust <file>', 'file with the trust policy, which says who may take the role; - = standard input')
    .option('--max-session <seconds>', 'longest session of temporary credentials, 3600 (default) to 43200', wholeNumber)
}

async function create(name: string, flags: RoleFlags): Promise<void> {
  const json = { name, ...(await changesOf(flags)) }
  const role = await (await server(flags)).call<RoleJson>('POST', '/roles', { json })
  const next = `Let it read something: sightline policy attach POLICY --role ${name}`
  printDocument(flags, role, ({ arn }) => `Role ${name} is there, its ARN is\n${arn}\n${next}\n`)
}

async function list(flags: RemoteFlags): Promise<void> {
  const { roles } = await (await server(flags)).call<{ roles: RoleJson[] }>('GET', '/roles')
  printList(
    flags,
    roles,
    [
      { title: 'Name', value: ({ name }) => name },
      { title: 'ARN', value: ({ arn }) => arn },
      { title: 'Policies', value: ({ policies }) => policies.join(', ') || '-', isElastic: true },
      { title: 'Description', value: ({ description }) => description, isElastic: true },
    ],
    'There are no roles. Create one: sightline role create NAME',
  )
}

async function show(name: string, flags: RemoteFlags): Promise<void> {
  const role = await (await server(flags)).call<RoleJson>('GET', rolePath(name))
  printDocument(flags, role, describe)
}

async function update(name: string, flags: RoleFlags): Promise<void> {
  const role = await (await server(flags)).call<RoleJson>('PATCH', rolePath(name), { json: await changesOf(flags) })
  printDocument(flags, role, () => `Role ${name} is changed.\n`)
}

async function remove(name: string, flags: RemoteFlags): Promise<void> {
  await (await server(flags)).call('DELETE', rolePath(name))
  printDocument(flags, { deleted: name }, () => `Role ${name} is deleted.\n`)
}

function rolePath(name: string): string {
  return `/roles/${encodeURIComponent(name)}`
}

async function changesOf({ description, trust, maxSession }: RoleFlags): Promise<object> {
  return {
    ...(maxSession !== undefined && { maxSessionSeconds: maxSession }),
    ...(description !== undefined && { description }),
    ...(trust !== undefined && { trustPolicy: await readTextFile(trust) }),
  }
}

function describe(role: RoleJson): string {
  const fields = renderFields([
    ['Name', role.name],
    ['ARN', role.arn],
    ['Policies', role.policies.join(', ') || '-'],
    ['Description', role.description || '-'],
    ['Longest session', `${role.maxSessionSeconds} s`],
    ['Created', localTime(role.createdMs)],
  ])
  return `${fields}\nTrust policy:\n${showJson(role.trustPolicy)}`
}
