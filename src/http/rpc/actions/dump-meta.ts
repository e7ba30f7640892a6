import { action } from '../action.ts'
import { taskStatus } from '../increments.ts'

export const dumpMeta = action({
  name: 'DumpMeta',
  isConsole: true,
  envelope: 'Success',
  parameters: {},
  async handle({ services, instance }) {
    const { id, state } = await services.dumps.start(instance)
    return { Data: { Id: String(id), DumpMetaStatus: taskStatus(state) } }
  },
})
