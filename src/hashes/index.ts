/**
 * The hash room: the dHash of every image in memory, for finding copies of a picture whatever its vector says. Derived
 * from the store, read when it is first asked for, and told of every write.
 */
export { createHashes, type Hashes, type HashSource, type InstanceHashes } from './create-hashes.ts'
export { type Hash, isPlain, mirrored, toHash } from './hash.ts'
export type { Near } from './hash-table.ts'
