import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { vectorsContract } from '../../test/contracts/vectors.ts'
import { createLanceEngine } from './lancedb.ts'

for (const [name, residentUpTo] of [
  ['lancedb', 0],
  ['lancedb, small tables in memory', 400],
] as const) {
  vectorsContract(name, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sightline-vectors-'))
    const indexFrom = 2000
    return {
      indexFrom,
      open: () => createLanceEngine(folder, { indexFrom, residentUpTo }),
      close: () => rm(folder, { recursive: true, maxRetries: 5 }),
    }
  })
}
