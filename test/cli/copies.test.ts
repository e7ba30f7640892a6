import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { madePicture } from '../harness.ts'
import { type Ended, type Served, serve, sightline } from './sightline.ts'

let root: string
let server: Served
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'sightline-copies-'))
  server = await serve(join(root, 'data'))
})
after(async () => {
  await server.stop()
  await rm(root, { recursive: true })
})

async function run(args: readonly string[], code = 0): Promise<Ended> {
  const end = await sightline([...args, '--data', 'data'], { cwd: root })
  assert.equal(end.code, code, `${args.join(' ')}\n${end.stdout}${end.stderr}`)
  return end
}

test('copies are listed with their ids, and no more once they are decided about', async () => {
  await run(['instance', 'create', 'shop', '--type', 'generic'])
  assert.equal((await run(['copies', 'list', 'shop'])).stdout, 'There are no copies.\n')
  await writeFile(join(root, 'a.png'), await madePicture(1))
  await writeFile(join(root, 'b.png'), await madePicture(2))
  for (const [file, product] of [
    ['a.png', 'first'],
    ['b.png', 'other'],
    ['a.png', 'again'],
  ] as const) {
    await run(['image', 'add', 'shop', file, '--product', product])
  }
  const group = JSON.parse((await run(['copies', 'list', 'shop', '--json'])).stdout)
  assert.equal(group.representative.productId, 'first')
  const { productId, distance, isMirrored, similarity } = group.copies[0]
  assert.deepEqual([productId, distance, isMirrored], ['again', 0, false])
  assert.ok(similarity > 0.999 && similarity <= 1)
  assert.match((await run(['copies', 'list', 'shop'])).stdout, /1 +first +a\.png +200x200 +-\n +3 +again +a\.png/)

  await run(['copies', 'keep', 'shop', '1'], 1)
  const unknown = await run(['copies', 'ignore', 'shop', '1', '77'], 1)
  assert.match(unknown.stderr, /^CopyImageMissing: .*77/)
  await run(['copies', 'keep', 'shop', '1', '3'])
  assert.equal((await run(['copies', 'list', 'shop', '--json'])).stdout, '')
})
