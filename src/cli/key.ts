/** `sightline key`: access keys and bearer keys of users. */
import { type Command, Option } from 'commander'
import type { CreatedKey, KeyInfo } from '../access/index.ts'
import { problem } from '../errors.ts'
import type { Client } from './client.ts'
import { command, printDocument, printList, type RemoteFlags, remoteCommand, server } from './command.ts'
import { KEY_COLUMNS } from './key-columns.ts'
import { renderFields } from './table.ts'
import { userPath } from './user.ts'

interface OwnerFlags extends RemoteFlags {
  readonly user?: string
}

export function keyCommand(): Command {
  return command('key', 'create, list, disable and delete keys of users')
    .addCommand(
      remoteCommand('create', 'create an access key, or with --scope a bearer key', [
        'key create anna --description laptop',
        'key create shop --scope search',
      ])
        .argument('<user>')
        .addOption(
          new Option(
            '--scope <scope>',
            'make a bearer key that may only search, only import, or all that its user may',
          ).choices(['search', 'import', 'admin']),
        )
        .option('--description <text>', 'what the key is for')
        .action(create),
    )
    .addCommand(remoteCommand('list', 'list the keys of a user, or all').argument('[user]').action(list))
    .addCommand(ofOneKey('enable', 'let a disabled key be used again').action(setActive(true)))
    .addCommand(ofOneKey('disable', 'refuse a key from now on').action(setActive(false)))
    .addCommand(ofOneKey('delete', 'delete a key for good').action(remove))
}

function ofOneKey(name: string, summary: string): Command {
  return remoteCommand(name, summary)
    .argument('<key>', 'id as `key list` shows it')
    .option('--user <name>', 'user of the key (default: looked up, which needs the right to list all keys)')
}

async function create(user: string, flags: RemoteFlags & { scope?: string; description?: string }): Promise<void> {
  const { scope, description } = flags
  const json = { ...(scope && { scope }), ...(description && { description }) }
  const key = await (await server(flags)).call<CreatedKey>('POST', `${userPath(user)}/keys`, { json })
  printDocument(flags, key, describe)
}

async function list(user: string | undefined, flags: RemoteFlags): Promise<void> {
  const path = user === undefined ? '/keys' : `${userPath(user)}/keys`
  const { keys } = await (await server(flags)).call<{ keys: KeyInfo[] }>('GET', path)
  printList(flags, keys, KEY_COLUMNS, 'There are no keys.')
}

function setActive(isActive: boolean) {
  return async (id: string, flags: OwnerFlags): Promise<void> => {
    const client = await server(flags)
    const key = await client.call<KeyInfo>('PATCH', await keyPath(client, id, flags), { json: { isActive } })
    printDocument(flags, key, () => `Key ${id} of ${key.user} is ${isActive ? 'enabled' : 'disabled'}.\n`)
  }
}

async function remove(id: string, flags: OwnerFlags): Promise<void> {
  const client = await server(flags)
  await client.call('DELETE', await keyPath(client, id, flags))
  printDocument(flags, { deleted: id }, () => `Key ${id} is deleted.\n`)
}

async function keyPath(client: Client, id: string, { user }: OwnerFlags): Promise<string> {
  return `${userPath(user ?? (await ownerOf(client, id)))}/keys/${encodeURIComponent(id)}`
}

async function ownerOf(client: Client, id: string): Promise<string> {
  const { keys } = await client.call<{ keys: KeyInfo[] }>('GET', '/keys')
  const key = keys.find((key) => key.id === id)
  if (!key) throw problem('AccessKeyNotFound', { accessKeyId: id })
  return key.user
}

function describe({ id, kind, secret, user, scope }: CreatedKey): string {
  const fields =
    kind === 'access'
      ? renderFields([
          ['AccessKeyId', id],
          ['AccessKeySecret', secret],
        ])
      : renderFields([
          ['Bearer key', secret],
          ['Scope', scope],
        ])
  return `${fields}\nKeep the secret now, it is not shown again. The key may do what ${user} may.\n`
}
