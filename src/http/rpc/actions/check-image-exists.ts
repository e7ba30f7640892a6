import { action } from '../action.ts'
import { auction } from '../fields.ts'
import { picName, productId, required } from '../parameters.ts'

export const checkImageExists = action({
  name: 'CheckImageExists',
  envelope: 'Msg',
  parameters: { ProductId: required(productId), PicName: required(picName) },
  async handle({ services, instance }, p) {
    const image = await services.images.find(instance.id, { productId: p.ProductId, picName: p.PicName })
    // Not an array here, although it has the name of one.
    return image ? { Exists: true, Auctions: auction(image) } : { Exists: false }
  },
})
