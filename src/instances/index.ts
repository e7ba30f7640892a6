/**
 * The instances room: named collections with a service type, limits and one active model. What is dropped disappears
 * at once; its rows are deleted behind the scenes.
 */
export { createInstances } from './create-instances.ts'
export type { Instance, InstanceOptions, Instances } from './instances.ts'
export { requireModel } from './model.ts'
