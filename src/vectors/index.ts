/**
 * The vector room: the derived, rebuildable index over the vectors that the store holds.
 *
 * Writes that the store has committed are searchable at once (they wait in memory beside the engine's table and are
 * merged into every answer); the engine gets them in groups. After a crash the change log brings the table up to date.
 */
export { createVectors, type VectorsParts } from './create-vectors.ts'
export { createLanceEngine } from './lancedb.ts'
export type { Hit, IndexRow, TableSearch, VectorEngine, VectorTable } from './port.ts'
export type { Calibration, Change, Generation, IndexState, SearchHit, VectorSource, Vectors } from './vectors.ts'
