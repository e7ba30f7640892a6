import { given } from '../../given.ts'
import { action } from '../action.ts'
import { taskStatus } from '../increments.ts'
import { optional, PAGE_PARAMETERS, positive, readPage } from '../parameters.ts'

export const dumpMetaList = action({
  name: 'DumpMetaList',
  isConsole: true,
  envelope: 'bare',
  parameters: { Id: optional(positive('id of a dump')), ...PAGE_PARAMETERS },
  async handle({ services, instance, links, baseUrl }, p) {
    const { number, size, start } = readPage(p)
    const page = { limit: size, start, ...given({ id: p.Id }) }
    const { total, dumps } = await services.dumps.list(instance.id, page)
    const rows = dumps.map(({ id, state, images, hasFile, createdMs, modifiedMs }) => ({
      Id: id,
      Status: taskStatus(state),
      Code: state === 'failed' ? '1' : '0',
      Msg: state === 'done' ? `success: ${images} images` : state,
      MetaUrl: hasFile ? baseUrl + links.path({ kind: 'dump', id }) : '',
      UtcCreate: String(createdMs),
      UtcModified: modifiedMs,
    }))
    return { Data: { DumpMetaList: rows, PageNumber: number, PageSize: size, TotalCount: total } }
  },
})
