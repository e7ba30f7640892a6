import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { vectorsContract } from '../../test/contracts/vectors.ts'
import { createLanceEngine } from './lancedb.ts'

vectorsContract('lancedb', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-vectors-'))
  const indexFrom = 2000
  return {
    indexFrom,
    open: () => createLanceEngine(folder, { indexFrom }),
    close: () => rm(folder, { recursive: true }),
  }
})
