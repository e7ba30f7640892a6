import { given } from '../../given.ts'
import { action } from '../action.ts'
import { increment } from '../increments.ts'
import { optional, positive, text } from '../parameters.ts'

const MAX_PAGE_SIZE = 100

export const increaseList = action({
  name: 'IncreaseList',
  isConsole: true,
  envelope: 'bare',
  parameters: {
    Id: optional(positive('id of an import')),
    BucketName: optional(text),
    Path: optional(text),
    PageNumber: optional(positive('page, default 1')),
    PageSize: optional(positive(`imports a page, default 10, at most ${MAX_PAGE_SIZE}`)),
  },
  async handle({ services, instance, links, baseUrl }, p) {
    const number = p.PageNumber ?? 1
    const size = Math.min(p.PageSize ?? 10, MAX_PAGE_SIZE)
    const { total, imports } = await services.imports.list(instance.id, {
      limit: size,
      start: (number - 1) * size,
      ...given({ id: p.Id, bucket: p.BucketName, path: p.Path }),
    })
    const rows = imports.map((status) =>
      increment(status, baseUrl + links.path({ kind: 'import-report', id: status.id })),
    )
    return { Data: { Increments: { Instance: rows }, PageNumber: number, PageSize: size, TotalCount: total } }
  },
})
