import { problem } from '../../../errors.ts'
import { given } from '../../given.ts'
import { action } from '../action.ts'
import { filter, flag, optional, picName, productId } from '../parameters.ts'

export const deleteImage = action({
  name: 'DeleteImage',
  versions: ['2020-12-14', '2020-02-12', '2019-03-25'],
  envelope: 'Message',
  parameters: {
    ProductId: optional(productId),
    PicName: optional(picName),
    IsDeleteByFilter: optional(flag),
    Filter: optional(filter),
  },
  async handle({ services, instance, signal }, p) {
    if (p.IsDeleteByFilter) {
      if (!p.Filter) throw problem('ParameterMissing', { name: 'Filter' })
      const removed = await services.images.removeByFilter(instance.id, p.Filter)
      return { Data: { PicNames: removed.map(({ picName }) => picName) } }
    }
    if (p.ProductId === undefined) throw problem('ProductIdMissing', {})
    const key = { productId: p.ProductId, ...given({ picName: p.PicName }) }
    return { Data: { PicNames: await services.images.remove(instance.id, key, { priority: 'search', signal }) } }
  },
})
