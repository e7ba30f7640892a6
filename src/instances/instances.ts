import type { PictureRulesName, ServiceType } from '../store/index.ts'

export interface Instance {
  readonly id: number
  readonly name: string
  readonly serviceType: ServiceType
  /** Images at most. */
  readonly capacity: number
  readonly pictureRules: PictureRulesName
  /** Id of the model whose vectors are searched. */
  readonly model: string
  /** Calls a second, 0 = no limit. */
  readonly searchQps: number
  readonly writeQps: number
  readonly thumbnails: boolean
  /** ARN of the role that imports without an own one take; '' = none. */
  readonly defaultRole: string
  readonly createdMs: number
}

export interface InstanceOptions {
  readonly capacity?: number
  readonly pictureRules?: PictureRulesName
  readonly searchQps?: number
  readonly writeQps?: number
  readonly thumbnails?: boolean
  readonly defaultRole?: string
}

export interface Instances {
  /**
   * @param name 1 to 20 lower-case letters, digits and hyphens, a letter first
   * @throws InstanceNameInvalid, InstanceExists
   */
  create(name: string, serviceType: ServiceType, options?: InstanceOptions): Promise<Instance>
  /** In order of name. */
  list(): Promise<Instance[]>
  /** Answered from memory; every request calls this. @throws InstanceNotFound */
  get(name: string): Promise<Instance>
  /** The same by id, for those who kept one. @throws InstanceNotFound */
  byId(id: number): Instance
  update(name: string, options: InstanceOptions): Promise<Instance>
  /**
   * Deletes all images, keeps the instance and its imports. It is empty when this resolves and has another id, for the
   * old rows are deleted behind the scenes.
   *
   * @throws InstanceNotFound, InstanceBusy while an import runs
   */
  clear(name: string): Promise<Instance>
  /** Deletes the instance with everything in it. @throws InstanceNotFound, InstanceBusy while an import runs */
  drop(name: string): Promise<void>
  /** Resolves when nothing dropped is left in the store. */
  swept(): Promise<void>
  /** Stops deleting what was dropped; the next start goes on with it. */
  close(): Promise<void>
}
