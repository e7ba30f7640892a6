/**
 * Instances: named collections with a service type, limits and one active model.
 */
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
  /** @throws InstanceNameInvalid, InstanceExists */
  create(name: string, serviceType: ServiceType, options?: InstanceOptions): Promise<Instance>
  list(): Promise<Instance[]>
  /** Cached; every request calls this. @throws InstanceNotFound */
  get(name: string): Promise<Instance>
  update(name: string, options: InstanceOptions): Promise<Instance>
  /** Deletes all images, keeps the instance. */
  clear(name: string): Promise<void>
  /** Deletes the instance with everything in it. @throws InstanceBusy while an import runs */
  drop(name: string): Promise<void>
}
