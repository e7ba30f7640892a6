/** `sightline user`: users are made, listed, shown, changed and deleted. */
import type { Command } from 'commander'
import type { KeyInfo, UserInfo } from '../access/index.ts'
import { command, localTime, printDocument, printList, type RemoteFlags, remoteCommand, server } from './command.ts'
import { KEY_COLUMNS } from './key-columns.ts'
import { renderFields, renderTable } from './table.ts'

interface UserFlags extends RemoteFlags {
  readonly displayName?: string
  readonly admin?: boolean
}

export function userCommand(): Command {
  return command('user', 'create, list, show, change and delete users')
    .addCommand(
      remoteCommand('create', 'create a user, who has no key and no right yet', [
        'user create anna --display-name "Anna"',
      ])
        .argument('<name>', '1 to 64 letters, digits and . _ -')
        .option('--display-name <text>', 'name for people')
        .option('--admin', 'may do everything, without policies')
        .action(create),
    )
    .addCommand(remoteCommand('list', 'list all users').action(list))
    .addCommand(remoteCommand('show', 'show a user with keys and policies').argument('<name>').action(show))
    .addCommand(
      remoteCommand('update', 'change a user')
        .argument('<name>')
        .option('--display-name <text>', 'name for people')
        .option('--admin', 'may do everything, without policies')
        .option('--no-admin', 'may do what policies allow')
        .action(update),
    )
    .addCommand(
      remoteCommand('link', 'make a link that signs a user in to the console, once, within a day', ['user link admin'])
        .argument('<name>')
        .action(link),
    )
    .addCommand(remoteCommand('delete', 'delete a user with all keys').argument('<name>').action(remove))
}

async function create(name: string, flags: UserFlags): Promise<void> {
  const user = await (await server(flags)).call<UserInfo>('POST', '/users', { json: { name, ...changesOf(flags) } })
  const next = user.isAdmin ? '' : `Let the user do something: sightline policy attach POLICY --user ${name}\n`
  printDocument(flags, user, () => `User ${name} is there.\nGive the user a key: sightline key create ${name}\n${next}`)
}

async function list(flags: RemoteFlags): Promise<void> {
  const { users } = await (await server(flags)).call<{ users: UserInfo[] }>('GET', '/users')
  printList(
    flags,
    users,
    [
      { title: 'Name', value: ({ name }) => name },
      { title: 'For people', value: ({ displayName }) => displayName, isElastic: true },
      { title: 'Rights', value: rights, isElastic: true },
      { title: 'Created', value: ({ createdMs }) => localTime(createdMs) },
    ],
    'There are no users.',
  )
}

async function show(name: string, flags: RemoteFlags): Promise<void> {
  const user = await (await server(flags)).call<UserInfo & { keys: KeyInfo[] }>('GET', userPath(name))
  printDocument(flags, user, describe)
}

async function update(name: string, flags: UserFlags): Promise<void> {
  const user = await (await server(flags)).call<UserInfo>('PATCH', userPath(name), { json: changesOf(flags) })
  printDocument(flags, user, () => `User ${name} is changed.\n`)
}

async function remove(name: string, flags: RemoteFlags): Promise<void> {
  await (await server(flags)).call('DELETE', userPath(name))
  printDocument(flags, { deleted: name }, () => `User ${name} and all keys of the user are deleted.\n`)
}

async function link(name: string, flags: RemoteFlags): Promise<void> {
  const client = await server(flags)
  const made = await client.call<{ path: string }>('POST', '/session/links', { json: { userName: name } })
  const url = `${client.endpoint}${made.path}`
  printDocument(flags, { url }, () => `${url}\n`)
}

export function userPath(name: string): string {
  return `/users/${encodeURIComponent(name)}`
}

function changesOf({ displayName, admin }: UserFlags): object {
  return { ...(displayName !== undefined && { displayName }), ...(admin !== undefined && { isAdmin: admin }) }
}

function rights({ isAdmin, policies }: UserInfo): string {
  return isAdmin ? 'administrator' : policies.join(', ') || '-'
}

function describe(user: UserInfo & { keys: KeyInfo[] }): string {
  const fields = renderFields([
    ['Name', user.name],
    ['For people', user.displayName || '-'],
    ['ARN', user.arn],
    ['Rights', rights(user)],
    ['Created', localTime(user.createdMs)],
  ])
  return user.keys.length === 0
    ? fields
    : `${fields}\n${renderTable(user.keys, KEY_COLUMNS, process.stdout.columns ?? 0)}`
}
