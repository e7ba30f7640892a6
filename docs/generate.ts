/**
 * Writes the pages of docs/reference that are made from the code: `npm run docs`. With `--check` it writes nothing and
 * fails when a page is not what the code says.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import type { Command } from 'commander'
import { SYSTEM_POLICIES } from '../src/access/system-policies.ts'
import { createProgram, everyCommand } from '../src/cli/main.ts'
import { ERRORS, type ErrorCode } from '../src/errors.ts'
import type { Door } from '../src/http/door.ts'
import { permissionsOf } from '../src/http/permissions.ts'
import { restRoutes } from '../src/http/rest/index.ts'
import { ACTIONS } from '../src/http/rpc/actions/index.ts'
import { CONFIG_FILE, SETTING_LIST, SETTINGS } from '../src/ops/config.ts'
import { PICTURE_RULES, type PictureRules } from '../src/vision/index.ts'

/** A page: its path below docs/ and how it is made. */
const PAGES: Readonly<Record<string, () => string>> = {
  'reference/errors.md': errorsPage,
  'reference/settings.md': settingsPage,
  'reference/cli.md': cliPage,
  'reference/permissions.md': permissionsPage,
  'reference/limits.md': limitsPage,
}

const NOTE = '<!-- Made from the code by `npm run docs`; edit there. -->\n'

function errorsPage(): string {
  const source = readFileSync(new URL('../src/errors.ts', import.meta.url), 'utf8')
  const sections = [...source.matchAll(/^ {2}\/\/ --- (.+)$|^ {2}(\w+): entry/gm)].map(([, section, code]) =>
    section ? `\n## ${section[0]?.toUpperCase()}${section.slice(1)}\n` : errorEntry(code as ErrorCode),
  )
  return `# Errors

${NOTE}
Every error has one code per cause. REST, the command line and the rows of an import show the code of this page; the
official API shows the code in brackets, which its documents list. *Again* says whether the same request can succeed
later without a change. Anything that is not on this page is an \`InternalError\`: its cause is in the log of the server,
beside the request id.
${sections.join('\n')}`
}

function errorEntry(code: ErrorCode): string {
  const { official, status, retryable, message, hint } = ERRORS[code]
  const names = new Proxy({}, { get: (_, name) => `{${String(name)}}` })
  const text = (message as (params: object) => string)(names)
  return `### ${code}

HTTP ${status} (\`${official}\`)${retryable ? ', again: yes' : ''}

> ${text}

${hint}
`
}

function settingsPage(): string {
  const rows = SETTING_LIST.map(({ name, flag, env, default: fallback, defaultText, about, expected }) => {
    const shown = defaultText ?? `\`${fallback}\``
    return `| \`${name}\` | ${flag ? `\`--${flag}\`` : '-'} | \`${env}\` | ${shown} | ${about} Takes ${expected}. |`
  })
  return `# Settings

${NOTE}
A flag of \`sightline serve\` wins over the environment, the environment over the config file, the file over the default.
The config file is one JSON object with the names of the first column; it is \`${CONFIG_FILE}\` in the data folder, or the
file that \`--config\` names. \`sightline config\` lists every setting with its value and where that came from.

| name | flag | environment | default | what it does |
| --- | --- | --- | --- | --- |
${rows.join('\n')}

\`\`\`json
{
  "port": 8750,
  "logLevel": "warn",
  "workers": 4
}
\`\`\`

The command line finds server and key by \`SIGHTLINE_ENDPOINT\`, \`SIGHTLINE_ACCESS_KEY_ID\` and
\`SIGHTLINE_ACCESS_KEY_SECRET\` (\`SIGHTLINE_SECURITY_TOKEN\` with temporary credentials); without them by
\`credentials.json\` in the data folder.
`
}

function cliPage(): string {
  const program = createProgram()
  const leaves = everyCommand(program).filter((command) => command.commands.length === 0)
  return `# Command line

${NOTE}
Exit status: 0 all done, 1 error, 2 wrong usage, 3 done in part (some rows failed). Answers go to stdout, everything
else to stderr; progress is drawn only on a terminal. With \`--json\` an answer is one JSON document, or one object a line
for lists, and so is an error on stderr.

${leaves.map(commandEntry).join('\n')}`
}

function commandEntry(command: Command): string {
  command.configureHelp({ helpWidth: 110 })
  let help = ''
  command.configureOutput({ writeOut: (text) => (help += text), getOutHelpWidth: () => 110 })
  command.outputHelp()
  return `## ${fullName(command)}\n\n\`\`\`text\n${help.trimEnd()}\n\`\`\`\n`
}

function fullName(command: Command): string {
  return command.parent ? `${fullName(command.parent)} ${command.name()}` : command.name()
}

function limitsPage(): string {
  const ruleNames = Object.keys(PICTURE_RULES) as (keyof typeof PICTURE_RULES)[]
  const rules = ruleNames.map((name): readonly [string, PictureRules] => [name, PICTURE_RULES[name]])
  const row = (title: string, value: (rule: PictureRules) => string): string =>
    `| ${title} | ${rules.map(([, rule]) => value(rule)).join(' | ')} |`
  const abouts = new Map<string, Set<string>>()
  for (const [name, { kind }] of ACTIONS.flatMap(({ parameters }) => Object.entries(parameters)))
    if (kind.about !== 'text') abouts.set(name, (abouts.get(name) ?? new Set()).add(kind.about))
  const parameters = [...abouts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, values]) => `| \`${name}\` | ${[...values].join(', or ')} |`)
  return `# Limits

${NOTE}
What is beyond a limit is refused with an error that says the limit and what was found ([errors](errors.md)).

## Pictures

An instance takes pictures by one of these rules (\`pictureRules\`). \`open\` mends what it can: it turns pictures as their EXIF
orientation says, converts CMYK, puts transparent pixels on white, takes the first frame of an animation. The others are the
limits of the hosted service, of today and of its version of 2020.

| | ${ruleNames.map((name) => `\`${name}\``).join(' | ')} |
| --- |${' --- |'.repeat(rules.length)}
${[
  row('bytes of the file, at most', ({ maxBytes }) => `${maxBytes / 2 ** 20} MiB`),
  row('pixels a side', ({ minSide, maxSide }) => `${minSide} to ${maxSide}`),
  row('pixels in all, at most', ({ maxPixels }) => `${(maxPixels / 1e6).toFixed(1)} million`),
  row('formats', ({ formats }) => [...formats].join(', ')),
  row('with a rotation flag', ({ refuseRotated }) => (refuseRotated ? 'refused' : 'turned')),
].join('\n')}

## Parameters of the official API

\`/v1\` has the same limits under the names of its own fields.

| parameter | values |
| --- | --- |
${parameters.join('\n')}

## Requests

| | |
| --- | --- |
| body, or request line with headers | ${SETTINGS.maxBodyBytes.default / 2 ** 20} MiB (\`maxBodyBytes\`) |
| a whole request to arrive | 120 s, its headers 20 s |
| parameters of one request | 200 |
| a picture given by address | 5 s, three redirects, only from the public internet (\`allowPrivateAddresses\`) |
| images of an instance | ${SETTINGS.defaultCapacity.default.toLocaleString('en')} unless it says otherwise (\`defaultCapacity\`, \`sightline instance update --capacity\`) |
| calls a second on an instance | no limit unless it has one (\`--search-qps\`, \`--write-qps\`) |
`
}

function permissionsPage(): string {
  // Declaring the routes calls nothing of the door.
  const routes = restRoutes({ services: {} } as unknown as Door)
  const table = permissionsOf(routes, ACTIONS)
  const code = (text: string): string => (text === '' ? '-' : `\`${text}\``)
  const official = table
    .filter(({ surface }) => surface === 'official')
    .map(
      ({ call, versions, action, resource }) =>
        `| ${code(call)} | ${versions.join(', ')} | ${code(action)} | ${code(resource)} |`,
    )
  const rest = table
    .filter(({ surface }) => surface === 'rest')
    .map(
      ({ call, action, resource, summary }) => `| ${code(call)} | ${code(action)} | ${code(resource)} | ${summary} |`,
    )
  const policies = SYSTEM_POLICIES.map(({ name, description, action }) => {
    return `| \`${name}\` | ${[action].flat().map(code).join(' ')} | ${description} |`
  })
  return `# Permissions

${NOTE}
Each call needs one action on one resource; a policy must allow both ([guide](../guides/access.md)). \`signed-in\` = good
credentials are enough; \`public\` = none are needed. Names in braces are the parameters of the call, \`{account}\` is the
number of the account. \`GET /v1/access/permissions\` and \`sightline access permissions\` list the same.

Imports read objects of buckets with the rights of their role: \`oss:GetObject\` on \`acs:oss:*:*:<bucket>/<path>\`.
A caller who names the role of an import needs \`ram:PassRole\` on its ARN (the default role of the instance needs none).
Temporary credentials need \`sts:AssumeRole\` on the ARN of the role.

## Official API

| call | versions | action | resource |
| --- | --- | --- | --- |
${official.join('\n')}

## REST

| call | action | resource | what it does |
| --- | --- | --- | --- |
${rest.join('\n')}

## System policies

| name | allows | |
| --- | --- | --- |
${policies.join('\n')}
`
}

let stale = 0
for (const [path, make] of Object.entries(PAGES)) {
  const url = new URL(path, import.meta.url)
  const made = make()
  if (!process.argv.includes('--check')) {
    writeFileSync(url, made)
  } else if (readPage(url) !== made) {
    console.error(`docs/${path} is not what the code says; run \`npm run docs\``)
    stale++
  }
}
process.exitCode = stale === 0 ? 0 : 1

function readPage(url: URL): string {
  try {
    return readFileSync(url, 'utf8')
  } catch {
    return ''
  }
}
