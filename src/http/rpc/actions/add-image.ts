import { given } from '../../given.ts'
import { action } from '../action.ts'
import { FIELD_PARAMETERS, imageFields, pictureInfo, regionText } from '../fields.ts'
import { categoryId, flag, optional, picContent, picName, productId, region, required } from '../parameters.ts'

export const addImage = action({
  name: 'AddImage',
  versions: ['2020-12-14', '2020-02-12', '2019-03-25'],
  envelope: 'Message',
  parameters: {
    ProductId: required(productId),
    PicName: required(picName),
    PicContent: required(picContent),
    CategoryId: optional(categoryId),
    Crop: optional(flag),
    Region: optional(region),
    ...FIELD_PARAMETERS,
  },
  async handle({ services, instance, picture, signal }, p) {
    const stored = await services.images.put(
      instance.id,
      {
        productId: p.ProductId,
        picName: p.PicName,
        picture: await picture(p.PicContent, signal),
        ...given({ categoryId: p.CategoryId, crop: p.Crop, region: p.Region }),
        ...imageFields(p),
      },
      { priority: 'search', signal },
    )
    return { PicInfo: pictureInfo(stored.categoryId, stored.regions.map(regionText)) }
  },
})
