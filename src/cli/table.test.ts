import assert from 'node:assert/strict'
import { test } from 'node:test'
import stringWidth from 'string-width'
import { cut, renderFields, renderTable } from './table.ts'

const columns = [
  { title: 'Name', value: (row: { name: string }) => row.name, isElastic: true },
  { title: 'Images', value: (row: { images: number }) => row.images, align: 'right' as const },
]

test('columns line up, wide signs counting two', () => {
  const rows = [
    { name: 'shop', images: 5 },
    { name: '商品图片', images: 1200 },
  ]
  assert.equal(renderTable(rows, columns, 0), 'Name      Images\nshop           5\n商品图片    1200\n')
})

test('a narrow terminal cuts the elastic columns and no line is wider than it', () => {
  const lines = renderTable([{ name: '名'.repeat(60), images: 123456 }], columns, 40)
    .trimEnd()
    .split('\n')
  for (const line of lines) assert.ok(stringWidth(line) <= 40, line)
  assert.match(lines[1]!, /… +123456$/)
})

test('escape sequences in a value do not reach the terminal', () => {
  assert.equal(
    renderTable([{ name: '\u001b[2Jgone\n', images: 1 }], columns, 0),
    'Name       Images\n·[2Jgone·       1\n',
  )
  assert.equal(renderFields([['name', 'a\u0007b']]), 'name  a·b\n')
})

test('text is cut at a width where wide signs count two', () => {
  assert.equal(cut('short', 10), 'short')
  assert.equal(cut('rather long', 7), 'rather…')
  assert.equal(cut('商品商品商品', 7), '商品商…')
})
