import type { Hashes } from '../hashes/index.ts'
import type { Instances } from '../instances/index.ts'
import type { Store } from '../store/index.ts'
import type { Vectors } from '../vectors/index.ts'
import type { Vision } from '../vision/index.ts'
import type { Thumbnails } from './thumbnails.ts'

/** What the images room stands on. */
export interface ImagesParts {
  readonly store: Store
  readonly vision: Vision
  readonly vectors: Vectors
  readonly hashes: Pick<Hashes, 'put' | 'remove'>
  readonly instances: Instances
  readonly thumbnails: Thumbnails
}
