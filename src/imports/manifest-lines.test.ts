import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { TaskSlice } from '../store/imports.ts'
import { MAX_LINE_BYTES, readLines } from './manifest-lines.ts'
import { cutSlices } from './manifest-slices.ts'

async function* inChunks(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0
  for (let i = 0; at < bytes.length; i++) {
    const size = Math.max(1, sizes[i % sizes.length] ?? bytes.length)
    yield bytes.subarray(at, at + size)
    at += size
  }
}

async function lines(bytes: Uint8Array, sizes: readonly number[] = []): Promise<(string | undefined)[]> {
  const found: (string | undefined)[] = []
  for await (const { line, bytes: text } of readLines(inChunks(bytes, sizes), 1)) {
    assert.equal(line, found.length + 1)
    found.push(text && Buffer.from(text).toString())
  }
  return found
}

async function slices(
  bytes: Uint8Array,
  sizes: readonly number[],
  limits = { lines: 3, bytes: 20 },
): Promise<TaskSlice[]> {
  const cutter = cutSlices({ byte: 0, line: 1 }, limits)
  const found: TaskSlice[] = []
  for await (const chunk of inChunks(bytes, sizes)) found.push(...cutter.push(chunk))
  const last = cutter.end()
  return last ? [...found, last] : found
}

/** Little text with many line breaks, of all kinds. */
const text = fc
  .array(fc.constantFrom('a', 'é', '{"x":1}', '\n', '\n', '\r\n', '\r', ' '), { maxLength: 60 })
  .map((parts) => Buffer.from(parts.join('')))
const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 })

describe('lines of a manifest', () => {
  test('end with LF or CRLF, the last one may end without', async () => {
    assert.deepEqual(await lines(Buffer.from('a\nb\r\n\nc')), ['a', 'b', '', 'c'])
    assert.deepEqual(await lines(Buffer.from('a\n')), ['a'])
    assert.deepEqual(await lines(Buffer.from('')), [])
    assert.deepEqual(await lines(Buffer.from('\n')), [''])
  })

  test('are the same however the bytes arrive', async () => {
    await fc.assert(
      fc.asyncProperty(text, sizes, async (bytes, chunkSizes) => {
        const expected = bytes.toString().split('\n')
        if (expected.at(-1) === '') expected.pop()
        assert.deepEqual(
          await lines(bytes, chunkSizes),
          expected.map((line) => line.replace(/\r$/, '')),
        )
      }),
    )
  })

  test('may be as long as the limit and not longer', async () => {
    const longest = 'x'.repeat(MAX_LINE_BYTES)
    assert.deepEqual(await lines(Buffer.from(`${longest}\r\nb`)), [longest, 'b'])
    assert.deepEqual(await lines(Buffer.from(`${longest}x\nb\n`), [1000]), [undefined, 'b'])
    assert.deepEqual(await lines(Buffer.from(`${longest}xx`), [7777]), [undefined])
  })

  test('a line without end is given up early and holds no memory', async () => {
    let given = 0
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (; given < 4000; given++) yield Buffer.alloc(100_000, 'x')
    }
    const before = process.memoryUsage().rss
    const first = await readLines(endless(), 7).next()
    assert.deepEqual(first.value, { line: 7, bytes: undefined })
    assert.equal(given, 0)
    for await (const _ of readLines(endless(), 1));
    assert.equal(given, 4000)
    assert.ok(process.memoryUsage().rss - before < 150_000_000)
  })
})

describe('slices of a manifest', () => {
  test('cover every byte and every line once, in order, with whole lines', async () => {
    await fc.assert(
      fc.asyncProperty(text, sizes, async (bytes, chunkSizes) => {
        let byte = 0
        let line = 1
        for (const slice of await slices(bytes, chunkSizes)) {
          assert.equal(slice.start, byte)
          assert.equal(slice.firstLine, line)
          assert.equal((await lines(bytes.subarray(slice.start, slice.end))).length, slice.lines)
          assert.ok(slice.lines >= 1 && slice.lines <= 3)
          byte = slice.end
          line += slice.lines
        }
        assert.equal(byte, bytes.length)
        assert.equal(line - 1, (await lines(bytes)).length)
      }),
    )
  })

  test('are the same when cutting goes on from the end of any of them', async () => {
    const bytes = Buffer.from(Array.from({ length: 50 }, (_, i) => `line ${i}`).join('\n'))
    const all = await slices(bytes, [5])
    for (const [i, slice] of all.entries()) {
      const cutter = cutSlices({ byte: slice.end, line: slice.firstLine + slice.lines }, { lines: 3, bytes: 20 })
      const rest = cutter.push(bytes.subarray(slice.end))
      const last = cutter.end()
      assert.deepEqual(last ? [...rest, last] : rest, all.slice(i + 1))
    }
  })

  test('a long line is the last of its slice', async () => {
    const bytes = Buffer.from(`a\n${'x'.repeat(100)}\nb\nc`)
    assert.deepEqual(await slices(bytes, [10]), [
      { start: 0, end: 103, firstLine: 1, lines: 2 },
      { start: 103, end: 106, firstLine: 3, lines: 2 },
    ])
  })
})
