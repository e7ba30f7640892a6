/** `sightline bucket`: where imports find pictures. */
import { resolve } from 'node:path'
import type { Command } from 'commander'
import type { BucketInfo, BucketTest } from '../buckets/index.ts'
import {
  command,
  EXIT,
  localTime,
  printDocument,
  printList,
  type RemoteFlags,
  remoteCommand,
  server,
} from './command.ts'
import { renderTable } from './table.ts'

export function bucketCommand(): Command {
  return command('bucket', 'add, list, test and remove buckets')
    .addCommand(
      remoteCommand('add', 'add a bucket', ['bucket add photos --folder /srv/photos'])
        .argument('<name>')
        .requiredOption('--folder <folder>', 'folder on the machine of the server')
        .action(add),
    )
    .addCommand(remoteCommand('list', 'list all buckets').action(list))
    .addCommand(
      remoteCommand('test', 'say what works with a bucket, and what does not').argument('<name>').action(test),
    )
    .addCommand(remoteCommand('remove', 'forget a bucket; its pictures stay').argument('<name>').action(remove))
}

async function add(name: string, flags: RemoteFlags & { folder: string }): Promise<void> {
  const json = { name, folder: resolve(flags.folder) }
  const made = await (await server(flags)).call<BucketInfo>('POST', '/buckets', { json })
  printDocument(flags, made, (bucket) => `Bucket ${bucket.name} is ${place(bucket)}.\n`)
}

async function list(flags: RemoteFlags): Promise<void> {
  const { buckets } = await (await server(flags)).call<{ buckets: BucketInfo[] }>('GET', '/buckets')
  printList(
    flags,
    buckets,
    [
      { title: 'Name', value: ({ name }) => name },
      { title: 'Kind', value: ({ driver }) => driver },
      { title: 'Place', value: place, isElastic: true },
      { title: 'Added', value: ({ createdMs }) => localTime(createdMs) },
    ],
    'There are no buckets. Add one: sightline bucket add NAME --folder FOLDER',
  )
}

async function test(name: string, flags: RemoteFlags): Promise<void> {
  const client = await server(flags)
  const result = await client.call<BucketTest>('POST', `${bucketPath(name)}/test`)
  if (!result.ok) process.exitCode = EXIT.error
  printDocument(flags, result, ({ steps }) =>
    renderTable(
      steps,
      [
        { title: 'Step', value: (step) => step.name },
        { title: 'Works', value: (step) => (step.ok ? 'yes' : 'NO') },
        { title: 'Detail', value: (step) => step.detail, isElastic: true },
      ],
      process.stdout.columns ?? 0,
    ),
  )
}

async function remove(name: string, flags: RemoteFlags): Promise<void> {
  await (await server(flags)).call('DELETE', bucketPath(name))
  printDocument(flags, { removed: name }, () => `Bucket ${name} is forgotten; its pictures are where they were.\n`)
}

function bucketPath(name: string): string {
  return `/buckets/${encodeURIComponent(name)}`
}

function place({ driver, options }: BucketInfo): string {
  if (driver === 'file') return options.folder
  if (driver === 'http') return options.url
  return `${options.bucket} at ${options.endpoint ?? options.region ?? 'AWS'}`
}
