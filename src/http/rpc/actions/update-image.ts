import { given } from '../../given.ts'
import { action } from '../action.ts'
import { FIELD_PARAMETERS, imageFields } from '../fields.ts'
import { optional, picName, productId, required } from '../parameters.ts'

export const updateImage = action({
  name: 'UpdateImage',
  envelope: 'Message',
  parameters: {
    ProductId: required(productId),
    // The documents disagree on whether it is required. Absent = all pictures of the product.
    PicName: optional(picName),
    ...FIELD_PARAMETERS,
  },
  async handle({ services, instance }, p) {
    const key = { productId: p.ProductId, ...given({ picName: p.PicName }) }
    await services.images.update(instance.id, key, imageFields(p))
    return {}
  },
})
