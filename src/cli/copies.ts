/** `sightline copies`: stored images that are copies of one another are listed and decided about. */
import type { Command } from 'commander'
import { command, printDocument, type RemoteFlags, remoteCommand, server, wholeNumber } from './command.ts'
import type { ImageJson } from './image.ts'
import { instancePath } from './instance.ts'
import { type Column, renderTable } from './table.ts'

interface CopyJson extends ImageJson {
  readonly distance: number
  readonly isMirrored: boolean
  readonly similarity: number
}

interface GroupJson {
  readonly representative: ImageJson
  readonly copies: readonly CopyJson[]
  readonly hasMore: boolean
}

type Decision = 'keep' | 'ignore'

export function copiesCommand(): Command {
  return command('copies', 'find stored images that are copies of one another')
    .addCommand(
      remoteCommand('list', 'list groups of copies, each below the image that was put first', [
        'copies list shop',
        'copies list shop --json | jq .copies[].id',
      ])
        .argument('<instance>')
        .action(list),
    )
    .addCommand(decideCommand('ignore', 'these images are no copies: do not list them together again'))
    .addCommand(decideCommand('keep', 'these images are copies and all stay: do not list them together again'))
}

function decideCommand(decision: Decision, summary: string): Command {
  return remoteCommand(decision, summary, [`copies ${decision} shop 17 23`])
    .argument('<instance>')
    .argument('<ids...>', 'ids of two or more images, as `copies list` shows them')
    .action((instance: string, ids: string[], flags: RemoteFlags) => decide(decision, instance, ids, flags))
}

async function list(instance: string, flags: RemoteFlags): Promise<void> {
  const client = await server(flags)
  let groups = 0
  for (let after: number | undefined = 0; after !== undefined; ) {
    const page: { groups: GroupJson[]; next?: number } = await client.call('GET', `${instancePath(instance)}/copies`, {
      query: { after, limit: 100 },
    })
    for (const group of page.groups) process.stdout.write(flags.json ? `${JSON.stringify(group)}\n` : show(group))
    groups += page.groups.length
    after = page.next
  }
  if (groups === 0 && !flags.json) process.stdout.write('There are no copies.\n')
}

const COLUMNS: readonly Column<ImageJson & Partial<CopyJson>>[] = [
  { title: 'Id', value: ({ id }) => id, align: 'right' },
  { title: 'Product', value: ({ productId }) => productId, isElastic: true },
  { title: 'Picture', value: ({ picName }) => picName, isElastic: true },
  { title: 'Size', value: ({ width, height }) => `${width}x${height}` },
  { title: 'Similarity', value: ({ similarity }) => similarity?.toFixed(3) ?? '-', align: 'right' },
  { title: '', value: ({ isMirrored }) => (isMirrored ? 'mirrored' : '') },
]

function show({ representative, copies, hasMore }: GroupJson): string {
  const table = renderTable([representative, ...copies], COLUMNS, process.stdout.columns ?? 0)
  return `${table}${hasMore ? 'and more\n' : ''}\n`
}

async function decide(decision: Decision, instance: string, ids: readonly string[], flags: RemoteFlags): Promise<void> {
  const json = { decision, images: ids.map(wholeNumber) }
  await (await server(flags)).call('POST', `${instancePath(instance)}/copies/decisions`, { json })
  printDocument(flags, json, ({ images }) => `${images.length} images are not listed together any more.\n`)
}
