import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import wabt from 'wabt'
import { dot } from './centring.ts'
import { DOT_PRODUCTS_WASM } from './dot-products-wasm.ts'
import { Matrix } from './matrix.ts'

test('the compiled kernel is that of its text', async () => {
  const text = readFileSync(new URL('./dot-products.wat', import.meta.url), 'utf8')
  const module = (await wabt()).parseWat('dot-products.wat', text, { simd: true })
  assert.equal(DOT_PRODUCTS_WASM, Buffer.from(module.toBinary({}).buffer).toString('base64'))
})

test('a matrix has the rows of a list that went through the same changes, in every dimension', () => {
  const numbers = fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: 300, maxLength: 300 })
  const changes = fc.array(fc.record({ row: fc.nat(), numbers, isRemoval: fc.boolean() }), { maxLength: 200 })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), numbers, changes, (dimension, query, list) => {
      const cut = (from: readonly number[]): Float32Array => Float32Array.from(from.slice(0, dimension))
      const matrix = new Matrix(dimension)
      const rows: Float32Array[] = []
      for (const change of list) {
        const row = change.row % (rows.length + 1)
        if (!change.isRemoval) {
          matrix.set(row, cut(change.numbers))
          rows[row] = cut(change.numbers)
        } else if (row < rows.length) {
          matrix.remove(row)
          const last = rows.pop()!
          if (row < rows.length) rows[row] = last
        }
      }
      assert.equal(matrix.size, rows.length)
      const found = matrix.dotProducts(cut(query))
      assert.equal(found.length, rows.length)
      for (const [row, vector] of rows.entries()) assert.ok(Math.abs(found[row]! - dot(cut(query), vector)) < 1e-4)
    }),
    { numRuns: 50 },
  )
})

test('rows stay when the memory grows', () => {
  const vectors = Array.from({ length: 5000 }, (_, row) => Float32Array.of(row, 1))
  const matrix = new Matrix(2)
  for (const [row, vector] of vectors.entries()) matrix.set(row, vector)
  assert.deepEqual(
    [...matrix.dotProducts(Float32Array.of(1, 0))],
    vectors.map(([row]) => row),
  )
  assert.deepEqual(
    [...new Matrix(2, vectors).dotProducts(Float32Array.of(0, 1))],
    vectors.map(() => 1),
  )
})
