import assert from 'node:assert/strict'
import { test } from 'node:test'
import { duration, progressBar, renderProgress } from './progress.ts'

test('a bar says how much is done, how fast, and how long it will take', () => {
  const line = renderProgress('Importing', 'rows', {
    done: 150,
    total: 300,
    rate: 51.7,
    secondsLeft: 3,
    note: '2 failed',
  })
  assert.equal(line, 'Importing [████████████░░░░░░░░░░░░]  50 %  150/300 rows  52/s  3 s left  2 failed')
})

test('without a total a bar counts', () => {
  assert.match(renderProgress('Importing', 'rows', { done: 7 }), /\] {2}7 rows$/)
})

test('nothing is drawn where there is no terminal', () => {
  const bar = progressBar('Importing', 'rows', { isTTY: false, write: () => assert.fail('something was drawn') })
  bar.show({ done: 1, total: 2 })
  bar.clear()
})

test('a terminal never gets a line that is wider than it', () => {
  const written: string[] = []
  const bar = progressBar('Importing', 'rows', { isTTY: true, columns: 30, write: (text) => written.push(text) })
  bar.show({ done: 1, total: 2, rate: 9, secondsLeft: 9 })
  assert.equal(written[0]!.replace('\r\u001b[K', '').length, 29)
})

test('durations read as people say them', () => {
  assert.deepEqual([42.4, 200, 7500].map(duration), ['42 s', '3 min 20 s', '2 h 5 min'])
})
