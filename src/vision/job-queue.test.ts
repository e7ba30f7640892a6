import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createJobQueue, SEARCHES_PER_IMPORT } from './job-queue.ts'

test('searches go before imports that came earlier, each in the order they came', () => {
  const queue = createJobQueue<string>()
  for (const job of ['i1', 'i2', 's1', 'i3', 's2']) queue.add(job, job.startsWith('s') ? 'search' : 'import')
  queue.delete('i2')
  assert.equal(queue.size(), 4)
  assert.deepEqual(
    [queue.next(), queue.next(), queue.next(), queue.next(), queue.next()],
    ['s1', 's2', 'i1', 'i3', undefined],
  )
})

test('an import has its turn even while searches never end', () => {
  const queue = createJobQueue<string>()
  queue.add('import', 'import')
  const taken: (string | undefined)[] = []
  for (let i = 0; i <= SEARCHES_PER_IMPORT; i++) {
    queue.add('search', 'search')
    taken.push(queue.next())
  }
  assert.equal(taken.indexOf('import'), SEARCHES_PER_IMPORT)
})
