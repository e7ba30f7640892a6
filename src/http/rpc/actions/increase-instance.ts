import { given } from '../../given.ts'
import { action } from '../action.ts'
import { taskStatus } from '../increments.ts'
import { optional, required, text } from '../parameters.ts'

export const increaseInstance = action({
  name: 'IncreaseInstance',
  isConsole: true,
  envelope: 'Success',
  parameters: { BucketName: required(text), Path: required(text), CallbackAddress: optional(text) },
  async handle({ services, instance }, p) {
    const status = await services.imports.start(instance, {
      bucket: p.BucketName,
      path: p.Path,
      ...given({ callbackAddress: p.CallbackAddress }),
    })
    return { Data: { Id: String(status.id), IncrementStatus: taskStatus(status.state) } }
  },
})
