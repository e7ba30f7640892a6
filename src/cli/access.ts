/** `sightline access`: who may do what, what each call needs, what was changed and denied. */
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { AuditEntry, SimulateAnswer } from '../access/index.ts'
import type { Permission } from '../http/permissions.ts'
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
import { type TargetFlags, targetOf, withTarget } from './policy.ts'
import { renderTable } from './table.ts'
import { readTextFile, showJson } from './text-file.ts'

interface SimulateFlags extends TargetFlags {
  readonly condition: Readonly<Record<string, string>>
  readonly try?: string
}

export function accessCommand(): Command {
  return command('access', 'try policies, list what calls need, read the audit log')
    .addCommand(
      withTarget(
        remoteCommand('simulate', 'say whether something is allowed, and why; exit status 1 when it is not', [
          'access simulate --user anna imagesearch:AddImage instance/shop',
          'access simulate --role import oss:GetObject "acs:oss:*:*:photos/summer/a.jpg"',
          'access simulate --user anna ram:ListUsers "*" --condition acs:SourceIp=10.0.0.7',
        ]),
      )
        .argument('<action>', 'for example imagesearch:AddImage')
        .argument('<resource>', 'a whole name, or instance/<name>')
        .option('--condition <key=value>', 'what conditions ask about; may be repeated', addCondition, {})
        .option('--try <file>', 'count the policy in this file, too; - = standard input')
        .action(simulate),
    )
    .addCommand(
      remoteCommand('permissions', 'list the action and the resource that each call needs').action(permissions),
    )
    .addCommand(
      remoteCommand('audit', 'list changes of access and denials, newest first')
        .option('--limit <n>', 'lines at most, up to 1000', wholeNumber, 50)
        .option('--before <id>', 'only lines before this one', wholeNumber)
        .option('--principal <arn>', 'only of this user or role session')
        .addOption(new Option('--outcome <outcome>', 'only these').choices(['changed', 'denied']))
        .action(audit),
    )
    .addCommand(
      remoteCommand('diagnose', 'read the EncodedDiagnosticMessage of a denial').argument('<message>').action(diagnose),
    )
}

function addCondition(text: string, conditions: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const [, key, value] = /^([^=]+)=(.*)$/.exec(text) ?? []
  if (key === undefined || value === undefined) throw new InvalidArgumentError('Expected key=value.')
  return { ...conditions, [key]: value }
}

async function simulate(action: string, resource: string, flags: SimulateFlags): Promise<void> {
  const { kind, name } = targetOf(flags)
  const documents = flags.try === undefined ? [] : [await readTextFile(flags.try)]
  const json = { [kind]: name, action, resource, conditions: flags.condition, documents }
  const answer = await (await server(flags)).call<SimulateAnswer>('POST', '/access/simulate', { json })
  if (!answer.isAllowed) process.exitCode = EXIT.error
  printDocument(flags, answer, (found) => describe(found, action))
}

function describe({ isAllowed, isAdmin, kind, by, resource, considered }: SimulateAnswer, action: string): string {
  const reason = isAdmin
    ? 'the user is an administrator'
    : by
      ? `by statement ${by.statement} of ${by.policy}`
      : 'no statement allows it'
  const verdict = isAllowed ? 'Allowed' : kind === 'ExplicitDeny' ? 'DENIED' : 'NOT ALLOWED'
  const line = `${verdict}: ${action} on ${resource}, ${reason}.\n`
  if (considered.length === 0) return line
  const yes = (holds: boolean): string => (holds ? 'yes' : 'NO')
  const table = renderTable(
    considered,
    [
      { title: 'Policy', value: ({ policy }) => policy, isElastic: true },
      { title: 'Statement', value: ({ statement }) => statement, align: 'right' },
      { title: 'Effect', value: ({ effect }) => effect },
      { title: 'Resource matches', value: (finding) => yes(finding.resource) },
      { title: 'Conditions hold', value: (finding) => yes(finding.conditions) },
    ],
    process.stdout.columns ?? 0,
  )
  return `${line}\nStatements about this action:\n${table}`
}

async function permissions(flags: RemoteFlags): Promise<void> {
  const answer = await (await server(flags)).call<{ permissions: Permission[] }>('GET', '/access/permissions')
  printList(
    flags,
    answer.permissions,
    [
      { title: 'Call', value: ({ call }) => call },
      { title: 'Action', value: ({ action }) => action },
      { title: 'Resource', value: ({ resource }) => resource, isElastic: true },
    ],
    '',
  )
}

async function audit(
  flags: RemoteFlags & { limit: number; before?: number; principal?: string; outcome?: string },
): Promise<void> {
  const { limit, before, principal, outcome } = flags
  const query = { limit, before, principal, outcome }
  const { events } = await (await server(flags)).call<{ events: AuditEntry[] }>('GET', '/access/audit', { query })
  printList(
    flags,
    events,
    [
      { title: 'Id', value: ({ id }) => id, align: 'right' },
      { title: 'When', value: ({ atMs }) => localTime(atMs) },
      { title: 'Outcome', value: (event) => event.outcome },
      { title: 'Action', value: ({ action }) => action },
      { title: 'Resource', value: ({ resource }) => resource, isElastic: true },
      { title: 'Who', value: (event) => event.principal, isElastic: true },
      { title: 'From', value: ({ remoteAddress }) => remoteAddress },
    ],
    'Nothing was changed or denied yet.',
  )
}

async function diagnose(message: string, flags: RemoteFlags): Promise<void> {
  const found = await (await server(flags)).call<object>('POST', '/access/diagnose', { json: { message } })
  printDocument(flags, found, showJson)
}
