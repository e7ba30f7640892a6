/** `sightline import callbacks` and `callback-secret`: what callback addresses were told, and how they can know. */
import type { Command } from 'commander'
import type { ImportCallback } from '../imports/index.ts'
import { localTime, printDocument, printList, type RemoteFlags, remoteCommand, server, wholeNumber } from './command.ts'
import { instancePath } from './instance.ts'

export function callbackCommands(): Command[] {
  return [
    remoteCommand('callbacks', 'show what the callback address of an import was told, with every try', [
      'import callbacks 7',
      'import callbacks 7 --redeliver',
    ])
      .argument('<id>', 'number of the import', wholeNumber)
      .option('--redeliver', 'send the last one again')
      .action(callbacks),
    remoteCommand('callback-secret', 'show the secret that callbacks of an instance are signed with')
      .argument('<instance>')
      .action(secret),
  ]
}

type Try = Pick<ImportCallback, 'id'> & { readonly result: string; readonly atMs: number; readonly tookMs?: number }

async function callbacks(id: number, flags: RemoteFlags & { redeliver?: boolean }): Promise<void> {
  const client = await server(flags)
  const path = `/imports/${id}/callbacks`
  const answer = flags.redeliver
    ? await client.call<{ callbacks: ImportCallback[] }>('POST', `${path}/redeliver`)
    : await client.call<{ callbacks: ImportCallback[] }>('GET', path)
  if (flags.json) return printList(flags, answer.callbacks, [], '')
  printList(
    flags,
    answer.callbacks.flatMap(tries),
    [
      { title: 'Callback', value: (one) => one.id },
      { title: 'When', value: ({ atMs }) => localTime(atMs) },
      { title: 'Took', value: ({ tookMs }) => (tookMs === undefined ? '' : `${tookMs} ms`), align: 'right' },
      { title: 'Result', value: ({ result }) => result, isElastic: true },
    ],
    'There is none: it comes when the import has ended, if it was started with --callback.',
  )
}

/** The tries that were made, and the one that comes. */
function tries({ id, state, nextMs = 0, deliveries }: ImportCallback): Try[] {
  const made = deliveries.map(({ atMs, tookMs, error, status }, i) => {
    const isLast = state === 'failed' && i === deliveries.length - 1
    return {
      id,
      atMs,
      tookMs,
      result: error === '' ? `delivered (${status})` : `${error}${isLast ? '; given up' : ''}`,
    }
  })
  return state === 'waiting' ? [...made, { id, atMs: nextMs, result: 'waiting' }] : made
}

async function secret(instance: string, flags: RemoteFlags): Promise<void> {
  const client = await server(flags)
  const answer = await client.call<{ secret: string }>('GET', `${instancePath(instance)}/callback-secret`)
  printDocument(flags, answer, (shown) => `${shown.secret}\n`)
}
