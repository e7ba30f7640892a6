/**
 * Rows as Arrow batches, which is how they cross over to Lance. Columns are filled by hand: Arrow's own builders take
 * ten times as long, on the event loop.
 */
import {
  type Data,
  Field,
  FixedSizeList,
  Float32,
  Int32,
  Int64,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  Utf8,
} from 'apache-arrow'
import type { IndexRow } from '../port.ts'
import { columnOf, INT_COLUMNS, STR_COLUMNS } from './sql.ts'

/** The table's columns for vectors of `dimension` numbers. */
export function schemaOf(dimension: number): Schema {
  const item = new Field('item', new Float32(), true)
  return new Schema([
    new Field('id', new Int64(), false),
    new Field('vector', new FixedSizeList(dimension, item), false),
    ...INT_COLUMNS.map((field) => new Field(columnOf(field), new Int32(), false)),
    ...STR_COLUMNS.map((field) => new Field(columnOf(field), new Utf8(), false)),
  ])
}

export function tableOf(schema: Schema, rows: readonly IndexRow[]): Table {
  const children: Data[] = [
    makeData({ type: new Int64(), data: BigInt64Array.from(rows, (row) => BigInt(row.id)) }),
    vectorData(schema, rows),
    ...INT_COLUMNS.map((field) => makeData({ type: new Int32(), data: Int32Array.from(rows, (row) => row[field]) })),
    ...STR_COLUMNS.map((field) => textData(rows.map((row) => row[field]))),
  ]
  const data = makeData({ type: new Struct(schema.fields), length: rows.length, nullCount: 0, children })
  return new Table(schema, [new RecordBatch(schema, data)])
}

function vectorData(schema: Schema, rows: readonly IndexRow[]): Data {
  const type = schema.fields.find((field) => field.name === 'vector')!.type as FixedSizeList
  const dimension = type.listSize
  const values = new Float32Array(rows.length * dimension)
  rows.forEach((row, i) => {
    if (row.vector.length !== dimension) {
      throw new TypeError(`expected a vector of ${dimension} numbers, got ${row.vector.length}`)
    }
    values.set(row.vector, i * dimension)
  })
  const child = makeData({ type: new Float32(), data: values })
  return makeData({ type, length: rows.length, nullCount: 0, child })
}

function textData(values: readonly string[]): Data {
  const offsets = new Int32Array(values.length + 1)
  values.forEach((value, i) => {
    offsets[i + 1] = offsets[i]! + Buffer.byteLength(value)
  })
  const bytes = Buffer.alloc(offsets[values.length]!)
  values.forEach((value, i) => {
    if (value !== '') bytes.write(value, offsets[i]!)
  })
  return makeData({ type: new Utf8(), length: values.length, nullCount: 0, valueOffsets: offsets, data: bytes })
}

/** The rows of an answer that has all columns; vectors are copied out of it. */
export function rowsOf(answer: RecordBatch): IndexRow[] {
  const ids = column(answer, 'id')
  const vectors = answer.getChild('vector')
  const fields = [...INT_COLUMNS, ...STR_COLUMNS].map((field) => [field, column(answer, columnOf(field))] as const)
  return Array.from({ length: answer.numRows }, (_, i) => {
    const row = Object.fromEntries(fields.map(([field, values]) => [field, values.get(i)]))
    return { ...row, id: Number(ids.get(i)), vector: Float32Array.from(vectors!.get(i)) } as IndexRow
  })
}

function column(answer: RecordBatch, name: string) {
  const values = answer.getChild(name)
  if (!values) throw new TypeError(`expected a column ${name}`)
  return values
}
