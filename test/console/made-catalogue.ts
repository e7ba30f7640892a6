/**
 * An instance of any size in a minute: rows written straight into the store, and the table of the index filled in large
 * groups, before a server opens the folder. Nobody's pictures: some thousand made vectors in turn, and no thumbnails.
 */
import { connect } from '@lancedb/lancedb'
import { sql } from 'kysely'
import { makeVectors } from '../../bench/made-vectors.ts'
import { dataPaths } from '../../src/app.ts'
import { openStore, type Store } from '../../src/store/index.ts'
import { createLanceEngine, type IndexRow, type VectorEngine } from '../../src/vectors/index.ts'
import { schemaOf, tableOf } from '../../src/vectors/lance/rows.ts'
import { openTestApp } from '../harness.ts'

/** Different vectors; further images take them again. */
const VECTORS = 4096
const GRAPH_ROWS = 20_000
const ROWS_AT_ONCE = 100_000
const DAY_MS = 86_400_000
/** Between two images, so that a million of them come in a year. */
const APART_MS = 30_000

/** Image `i` (from 0) as {@link makeCatalogue} makes it. */
export const madeImage = (i: number) => ({
  productId: `product-${Math.floor(i / 4)}`,
  picName: `${i}.jpg`,
  categoryId: i % 10,
  intAttr: i % 1000,
  intAttr2: i,
  strAttr: i % 10_000 === 77 ? 'red' : '',
})

/** Makes the instance, the first of an empty data folder, with images {@link madeImage}. */
export async function makeCatalogue(dataDir: string, modelFolder: string, name: string, count: number): Promise<void> {
  const app = await openTestApp({ dataDir, modelFolder })
  const { id, model } = await app.services.instances.create(name, 'product', { thumbnails: false })
  const { dimension } = app.services.vision.model
  await app.close()

  const paths = dataPaths(dataDir)
  const vectors = makeVectors(dimension)
    .rows(0, Math.min(count, VECTORS))
    .map(({ vector }) => vector)
  const store = await openStore(paths.database)
  const engine = await createLanceEngine(paths.vectors)
  try {
    await fillStore(store, { id, model }, vectors, count)
    await fillIndex(engine, paths.vectors, vectors, count)
  } finally {
    await engine.close()
    await store.close()
  }
}

/**
 * A graph of the first rows, and the others in few large fragments: many small ones, or no graph at all, and the server
 * would begin by making a graph of a million rows.
 */
async function fillIndex(
  engine: VectorEngine,
  folder: string,
  vectors: readonly Float32Array[],
  count: number,
): Promise<void> {
  const dimension = vectors[0]?.length ?? 0
  const [name = ''] = await engine.list()
  const table = await engine.open(name, dimension)
  await table.upsert(indexRows(0, Math.min(count, GRAPH_ROWS), vectors))
  await table.maintain()
  await table.close()
  const connection = await connect(folder)
  const plain = await connection.openTable(name)
  for (let from = GRAPH_ROWS; from < count; from += ROWS_AT_ONCE) {
    const rows = indexRows(from, Math.min(count, from + ROWS_AT_ONCE), vectors)
    await plain.add(tableOf(schemaOf(dimension), rows))
  }
  plain.close()
  connection.close()
}

const indexRows = (from: number, until: number, vectors: readonly Float32Array[]): IndexRow[] =>
  Array.from({ length: until - from }, (_, i) => indexRow(from + i, vectors))

function indexRow(i: number, vectors: readonly Float32Array[]): IndexRow {
  const { categoryId, intAttr, intAttr2, strAttr } = madeImage(i)
  const rest = { intAttr3: 0, intAttr4: 0, strAttr2: '', strAttr3: '', strAttr4: '' }
  const vector = vectors[i % vectors.length] as Float32Array
  // Ids count from 1 in an empty store.
  return { id: i + 1, vector, categoryId, intAttr, intAttr2, strAttr, ...rest }
}

async function fillStore(
  store: Store,
  { id, model }: { id: number; model: string },
  vectors: readonly Float32Array[],
  count: number,
): Promise<void> {
  const begin = Date.now() - count * APART_MS - DAY_MS
  await store.write(async (trx) => {
    await sql`create temp table made (k integer primary key, vector blob)`.execute(trx)
    for (const [k, { buffer, byteOffset, byteLength }] of vectors.entries()) {
      await sql`insert into made values (${k}, ${new Uint8Array(buffer, byteOffset, byteLength)})`.execute(trx)
    }
  })
  for (let from = 0; from < count; from += ROWS_AT_ONCE) {
    const until = Math.min(count, from + ROWS_AT_ONCE)
    await store.write(async (trx) => {
      await sql`
        with recursive n (i) as (select cast(${from} as integer) union all select i + 1 from n where i + 1 < ${until})
        insert into image (
          id, instance_id, product_id, pic_name, category_id, category_given, custom_content, int_attr, int_attr2,
          int_attr3, int_attr4, str_attr, str_attr2, str_attr3, str_attr4, region, width, height, dhash, thumbnail,
          source_etag, import_id, import_line, created_at, updated_at
        )
        select i + 1, ${id}, 'product-' || (i / 4), i || '.jpg', i % 10, 1, '', i % 1000, i,
          0, 0, case when i % 10000 = 77 then 'red' else '' end, '', '', '', '0,100,0,100', 100, 100, zeroblob(8), '',
          '', 0, 0, ${begin} + i * ${APART_MS}, ${begin} + i * ${APART_MS}
        from n`.execute(trx)
      await sql`
        insert into embedding (image_id, model, vector)
        select image.id, ${model}, made.vector
        from image join made on made.k = (image.id - 1) % ${vectors.length}
        where image.id > ${from} and image.id <= ${until}`.execute(trx)
    })
  }
  await store.write(async (trx) => {
    await trx.updateTable('instance').set({ image_count: count }).where('id', '=', id).execute()
    // An index of another size than it was measured at would be made again.
    const calibration = JSON.stringify({ images: count, unrelatedMedian: 0, unrelatedP99: 3 })
    await trx.updateTable('vector_index').set({ calibration }).where('instance_id', '=', id).execute()
  })
}
