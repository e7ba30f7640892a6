/**
 * What the doors stand in front of. Made by the composition root, passed in as one plain argument.
 */
import type { Logger } from 'pino'
import type { Access, AccessAdmin, Sessions } from '../access/index.ts'
import type { Buckets } from '../buckets/index.ts'
import type { Copies } from '../copies/index.ts'
import type { Backup, Doctor } from '../doctor/index.ts'
import type { Dumps, Images } from '../images/index.ts'
import type { Imports } from '../imports/index.ts'
import type { Instances } from '../instances/index.ts'
import type { Charts, Search } from '../search/index.ts'
import type { Vectors } from '../vectors/index.ts'
import type { Vision } from '../vision/index.ts'

export interface Services {
  readonly access: Access
  readonly accessAdmin: AccessAdmin
  readonly sessions: Sessions
  readonly instances: Instances
  readonly images: Images
  readonly dumps: Dumps
  readonly search: Search
  readonly charts: Charts
  readonly copies: Copies
  readonly imports: Imports
  readonly buckets: Buckets
  readonly vectors: Vectors
  readonly vision: Vision
  readonly doctor: Doctor
  /** Copies the data folder. @throws BackupFolderUsed, BackupFailed */
  readonly backup: (toFolder: string) => Promise<Backup>
  /** Where the demo shop is drawn when somebody asks for it. */
  readonly demoFolder: string
  readonly log: Logger
  /** Version of the program, from package.json. */
  readonly version: string
  /** Rejects with the reason while something is not ready; for `/readyz`. */
  ready(): Promise<void>
}
