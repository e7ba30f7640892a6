import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { dhashOf, importAll, type Setup, setUp } from './setup.ts'

/** One line of a made manifest, and what it means. */
type Line =
  | {
      readonly kind: 'add'
      readonly product: string
      readonly pic: string
      readonly picture: string
      readonly tag: number
    }
  | { readonly kind: 'delete'; readonly product: string; readonly pic?: string }
  | { readonly kind: 'bad' }
  | { readonly kind: 'blank' }

const PRODUCTS = ['p', 'q', 'r']
const PICS = ['a.jpg', 'b.jpg', 'c.jpg']
/** Objects of the bucket; rows name some that are missing or cannot be decoded. */
const PICTURES = { 'a.jpg': 'picture a', 'b.jpg': 'picture b', 'c.jpg': 'broken c' }

const product = fc.constantFrom(...PRODUCTS)
const line: fc.Arbitrary<Line> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('add' as const),
      product,
      pic: fc.constantFrom(...PICS, 'missing.jpg'),
      picture: fc.constant(''),
      tag: fc.nat(1000),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('delete' as const), product, pic: fc.constantFrom(...PICS) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), product }) },
  { weight: 1, arbitrary: fc.constantFrom<Line>({ kind: 'bad' }, { kind: 'blank' }) },
)

function write(line: Line): string {
  if (line.kind === 'bad') return '{"OperationType":"MOVE"}'
  if (line.kind === 'blank') return '  '
  const key = { ProductId: line.product, ...(line.pic && { PicName: line.pic }) }
  if (line.kind === 'delete') return JSON.stringify({ OperationType: 'DELETE', ...key })
  return JSON.stringify({ OperationType: 'ADD', ...key, IntAttr: line.tag, CustomContent: `tag ${line.tag}` })
}

/** Running the lines one after the other. */
function plainly(before: ReadonlyMap<string, string>, lines: readonly Line[]): Map<string, string> {
  const images = new Map(before)
  for (const line of lines) {
    if (line.kind === 'add') {
      const picture = PICTURES[line.pic as keyof typeof PICTURES] ?? 'broken'
      if (!picture.startsWith('broken'))
        images.set(`${line.product}/${line.pic}`, `${line.tag} ${dhashOf(picture).toString('hex')}`)
    } else if (line.kind === 'delete') {
      for (const key of images.keys()) {
        if (line.pic ? key === `${line.product}/${line.pic}` : key.startsWith(`${line.product}/`)) images.delete(key)
      }
    }
  }
  return images
}

async function stored({ store, instance }: Setup): Promise<Map<string, string>> {
  const rows = await store.read.selectFrom('image').selectAll().where('instance_id', '=', instance.id).execute()
  for (const row of rows) assert.equal(row.custom_content, `tag ${row.int_attr}`)
  const counted = await store.read.selectFrom('instance').select('image_count').executeTakeFirstOrThrow()
  assert.equal(counted.image_count, rows.length)
  return new Map(
    rows.map((row) => [
      `${row.product_id}/${row.pic_name}`,
      `${row.int_attr} ${Buffer.from(row.dhash).toString('hex')}`,
    ]),
  )
}

function sorted(images: ReadonlyMap<string, string>): [string, string][] {
  return [...images].sort(([a], [b]) => (a < b ? -1 : 1))
}

test('rows that run in parallel leave what running them one after the other leaves', { timeout: 180_000 }, async () => {
  const manifest = fc.array(line, { minLength: 1, maxLength: 900, size: 'max' })
  await fc.assert(
    fc.asyncProperty(
      manifest,
      manifest,
      fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
      async (first, second, delays) => {
        const setup = await setUp(() => delays.next().value ?? 0)
        try {
          for (const [name, content] of Object.entries(PICTURES)) await setup.put(name, content)
          let expected = new Map<string, string>()
          // The second one overwrites and deletes what the first has left.
          for (const lines of [first, second]) {
            const before = setup.changes.length
            expected = plainly(expected, lines)
            if (lines.every(({ kind }) => kind === 'blank')) continue
            const status = await importAll(setup, lines.map(write).join('\n'))
            assert.deepEqual(sorted(await stored(setup)), sorted(expected))
            await accountFor(setup, status.id, lines)
            const puts = setup.changes.slice(before).filter(({ image }) => image)
            const deletes = lines.filter(({ kind }) => kind === 'delete')
            assert.equal(puts.length, status.ok - deletes.length, 'every row that is ok was done once')
          }
        } finally {
          await setup.close()
        }
      },
    ),
    { numRuns: 8 },
  )
})

async function accountFor({ store, imports }: Setup, id: number, lines: readonly Line[]): Promise<void> {
  const { state, ok, failed, skipped, causes, ...status } = await imports.status(id)
  // The last line has no line break: when it is blank, it is still a line unless it is empty.
  assert.equal(state, 'done')
  assert.equal(status.lines, lines.length)
  assert.equal(ok + failed + skipped, lines.length)
  const rows = await imports.rows(id, { afterLine: 0, limit: 2000 })
  const failures = rows.filter(({ outcome }) => outcome === 'failed').map(({ line, code }) => [line, code])
  assert.deepEqual(failures, expectedFailures(lines))
  assert.equal(causes.superseded ?? 0, rows.filter(({ outcome }) => outcome === 'skipped').length)
  assert.equal(causes.blank ?? 0, lines.filter(({ kind }) => kind === 'blank').length)
  for (const table of ['task', 'import_tombstone'] as const) {
    assert.deepEqual(await store.read.selectFrom(table).selectAll().execute(), [])
  }
}

function expectedFailures(lines: readonly Line[]): [number, string][] {
  return lines.flatMap((line, i): [number, string][] => {
    if (line.kind === 'bad') return [[i + 1, 'RowOperationUnknown']]
    if (line.kind !== 'add') return []
    if (line.pic === 'missing.jpg') return [[i + 1, 'RowObjectMissing']]
    return line.pic === 'c.jpg' ? [[i + 1, 'PictureUnreadable']] : []
  })
}
