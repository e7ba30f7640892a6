import { problem } from '../errors.ts'
import type { Instance } from './instances.ts'

/** Vectors of two models never mix. @throws InstanceModelOther */
export function requireModel(instance: Instance, model: { readonly id: string }): void {
  if (instance.model === model.id) return
  throw problem('InstanceModelOther', { name: instance.name, model: instance.model, loaded: model.id })
}
