import { given } from '../../given.ts'
import { action } from '../action.ts'
import { increment } from '../increments.ts'
import { optional, PAGE_PARAMETERS, positive, readPage, text } from '../parameters.ts'

export const increaseList = action({
  name: 'IncreaseList',
  isConsole: true,
  envelope: 'bare',
  parameters: {
    Id: optional(positive('id of an import')),
    BucketName: optional(text),
    Path: optional(text),
    ...PAGE_PARAMETERS,
  },
  async handle({ services, instance, links, baseUrl }, p) {
    const { number, size, start } = readPage(p)
    const { total, imports } = await services.imports.list(instance.id, {
      limit: size,
      start,
      ...given({ id: p.Id, bucket: p.BucketName, path: p.Path }),
    })
    const rows = imports.map((status) =>
      increment(status, baseUrl + links.path({ kind: 'import-report', id: status.id })),
    )
    return { Data: { Increments: { Instance: rows }, PageNumber: number, PageSize: size, TotalCount: total } }
  },
})
