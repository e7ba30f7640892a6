/** `sightline bucket`: where imports find pictures. */
import type { Command } from 'commander'
import type { BucketInfo, BucketTest } from '../buckets/index.ts'
import { CREDENTIALS_HELP, readCredentials } from './bucket-credentials.ts'
import { addSourceFlags, needsKey, type SourceFlags, sourceOf } from './bucket-flags.ts'
import { renderBucketTest } from './bucket-test-report.ts'
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

const ADD_EXAMPLES = [
  'bucket add photos --folder /srv/photos',
  'bucket add photos --s3 my-photos --region eu-central-1',
  'bucket add photos --s3 photos --endpoint-url http://minio.example:9000 --credentials key.json',
  'bucket add photos --oss my-photos --region cn-hangzhou --auth ram-role',
  'bucket add photos --http https://images.example.com/catalogue/',
]

export function bucketCommand(): Command {
  return command('bucket', 'add, list, test and remove buckets')
    .addCommand(
      addSourceFlags(remoteCommand('add', 'add a bucket', ADD_EXAMPLES).argument('<name>'))
        .option('--credentials <file>', 'access key of the store; see below')
        .addHelpText('after', CREDENTIALS_HELP)
        .action(add),
    )
    .addCommand(
      remoteCommand('credentials', 'give a bucket another access key', [
        'bucket credentials photos --credentials new-key.json',
      ])
        .argument('<name>')
        .option('--credentials <file>', 'access key of the store; see below')
        .addHelpText('after', CREDENTIALS_HELP)
        .action(setCredentials),
    )
    .addCommand(remoteCommand('list', 'list all buckets').action(list))
    .addCommand(
      remoteCommand('test', 'say what works with a bucket, and what does not').argument('<name>').action(test),
    )
    .addCommand(remoteCommand('remove', 'forget a bucket; its pictures stay').argument('<name>').action(remove))
}

async function add(name: string, flags: RemoteFlags & SourceFlags & { credentials?: string }): Promise<void> {
  const source = sourceOf(flags)
  const isKeyGiven = flags.credentials !== undefined || needsKey(source)
  const credentials = isKeyGiven ? { credentials: await readCredentials(flags.credentials) } : {}
  const json = { name, ...source, ...credentials }
  const made = await (await server(flags)).call<BucketInfo>('POST', '/buckets', { json })
  printDocument(flags, made, (bucket) => `Bucket ${bucket.name} is ${place(bucket)}.\n`)
}

async function setCredentials(name: string, flags: RemoteFlags & { credentials?: string }): Promise<void> {
  const json = await readCredentials(flags.credentials)
  const made = await (await server(flags)).call<BucketInfo>('PUT', `${bucketPath(name)}/credentials`, { json })
  printDocument(flags, made, (bucket) => `Bucket ${bucket.name} signs with the key ${bucket.accessKeyId} now.\n`)
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
      { title: 'Key', value: ({ accessKeyId }) => accessKeyId },
      { title: 'Added', value: ({ createdMs }) => localTime(createdMs) },
    ],
    'There are no buckets. Add one: sightline bucket add NAME --folder FOLDER',
  )
}

async function test(name: string, flags: RemoteFlags): Promise<void> {
  const client = await server(flags)
  const result = await client.call<BucketTest>('POST', `${bucketPath(name)}/test`)
  if (!result.ok) process.exitCode = EXIT.error
  printDocument(flags, result, (found) => renderBucketTest(found, process.stdout.columns ?? 0))
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
