/** `sightline policy`: what is allowed and denied, and to whom that applies. */
import type { Command } from 'commander'
import type { PolicyInfo, Target } from '../access/index.ts'
import { problem } from '../errors.ts'
import { command, localTime, printDocument, printList, type RemoteFlags, remoteCommand, server } from './command.ts'
import { renderFields } from './table.ts'
import { readTextFile, showJson } from './text-file.ts'

/** As `/v1` shows it: the document is JSON. */
type PolicyJson = Omit<PolicyInfo, 'document'> & { readonly document: object }

/** Whom a command is about: one of both. */
export interface TargetFlags extends RemoteFlags {
  readonly user?: string
  readonly role?: string
}

export function policyCommand(): Command {
  return command('policy', 'create, list, show, change and delete policies; attach them to users and roles')
    .addCommand(
      remoteCommand('create', 'create a policy from a file', ['policy create increment increment.json'])
        .argument('<name>', '1 to 128 letters, digits and . _ -')
        .argument('<file>', 'policy as JSON; - = standard input')
        .option('--description <text>', 'what the policy is for')
        .action(create),
    )
    .addCommand(remoteCommand('list', 'list all policies, those of the system first').action(list))
    .addCommand(remoteCommand('show', 'show a policy and whom it is attached to').argument('<name>').action(show))
    .addCommand(
      remoteCommand('update', 'replace the statements of a policy by those of a file')
        .argument('<name>')
        .argument('<file>', 'policy as JSON; - = standard input')
        .option('--description <text>', 'what the policy is for')
        .action(update),
    )
    .addCommand(remoteCommand('delete', 'delete a policy that is attached to nobody').argument('<name>').action(remove))
    .addCommand(
      withTarget(
        remoteCommand('attach', 'attach a policy to a user or a role', [
          'policy attach AliyunImagesearchReadOnlyAccess --user anna',
          'policy attach increment --role imagesearch-import',
        ]),
      )
        .argument('<policy>')
        .action(attach),
    )
    .addCommand(
      withTarget(remoteCommand('detach', 'detach a policy from a user or a role')).argument('<policy>').action(detach),
    )
}

export function withTarget(made: Command): Command {
  return made.option('--user <name>', 'a user').option('--role <name>', 'a role; either this or --user')
}

/** @throws ParameterInvalid when both or none is given */
export function targetOf({ user, role }: TargetFlags): Target {
  if ((user === undefined) === (role === undefined)) {
    const found = user === undefined ? 'neither' : 'both'
    throw problem('ParameterInvalid', { name: '--user, --role', expected: 'given one of both', found })
  }
  return role === undefined ? { kind: 'user', name: user ?? '' } : { kind: 'role', name: role }
}

async function create(name: string, file: string, flags: RemoteFlags & { description?: string }): Promise<void> {
  const json = { name, ...(await changesOf(file, flags)) }
  const policy = await (await server(flags)).call<PolicyJson>('POST', '/policies', { json })
  const next = `Attach it: sightline policy attach ${name} --user NAME, or --role NAME`
  printDocument(flags, policy, () => `Policy ${name} is there.\n${next}\n`)
}

async function list(flags: RemoteFlags): Promise<void> {
  const { policies } = await (await server(flags)).call<{ policies: PolicyJson[] }>('GET', '/policies')
  printList(
    flags,
    policies,
    [
      { title: 'Name', value: ({ name }) => name },
      { title: 'Kind', value: ({ isSystem }) => (isSystem ? 'system' : 'own') },
      { title: 'Description', value: ({ description }) => description, isElastic: true },
    ],
    'There are no policies.',
  )
}

async function show(name: string, flags: RemoteFlags): Promise<void> {
  const policy = await (await server(flags)).call<PolicyJson & { attachedTo: Target[] }>('GET', policyPath(name))
  printDocument(flags, policy, describe)
}

async function update(name: string, file: string, flags: RemoteFlags & { description?: string }): Promise<void> {
  const json = await changesOf(file, flags)
  const policy = await (await server(flags)).call<PolicyJson>('PATCH', policyPath(name), { json })
  printDocument(flags, policy, () => `Policy ${name} is changed.\n`)
}

async function remove(name: string, flags: RemoteFlags): Promise<void> {
  await (await server(flags)).call('DELETE', policyPath(name))
  printDocument(flags, { deleted: name }, () => `Policy ${name} is deleted.\n`)
}

async function attach(policy: string, flags: TargetFlags): Promise<void> {
  const { kind, name } = targetOf(flags)
  await (await server(flags)).call('PUT', attachmentPath(policy, { kind, name }))
  printDocument(flags, { policy, [kind]: name }, () => `Policy ${policy} is attached to the ${kind} ${name}.\n`)
}

async function detach(policy: string, flags: TargetFlags): Promise<void> {
  const { kind, name } = targetOf(flags)
  await (await server(flags)).call('DELETE', attachmentPath(policy, { kind, name }))
  printDocument(flags, { policy, [kind]: name }, () => `Policy ${policy} is detached from the ${kind} ${name}.\n`)
}

function policyPath(name: string): string {
  return `/policies/${encodeURIComponent(name)}`
}

function attachmentPath(policy: string, { kind, name }: Target): string {
  return `/${kind}s/${encodeURIComponent(name)}/policies/${encodeURIComponent(policy)}`
}

async function changesOf(file: string, { description }: { description?: string }): Promise<object> {
  return { document: await readTextFile(file), ...(description !== undefined && { description }) }
}

function describe(policy: PolicyJson & { attachedTo: Target[] }): string {
  const fields = renderFields([
    ['Name', policy.name],
    ['Kind', policy.isSystem ? 'comes with the program' : 'own'],
    ['Description', policy.description || '-'],
    ['Attached to', policy.attachedTo.map(({ kind, name }) => `${kind} ${name}`).join(', ') || '-'],
    ['Created', localTime(policy.createdMs)],
  ])
  return `${fields}\n${showJson(policy.document)}`
}
