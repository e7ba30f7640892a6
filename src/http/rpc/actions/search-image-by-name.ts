import { action } from '../action.ts'
import { pictureInfo } from '../fields.ts'
import { picName, productId, required } from '../parameters.ts'
import { SEARCH_PARAMETERS, searchAnswer, searchOptions } from '../search-answer.ts'

export const searchImageByName = action({
  name: 'SearchImageByName',
  versions: ['2020-12-14', '2020-02-12', '2019-03-25'],
  envelope: 'Msg',
  parameters: { ProductId: required(productId), PicName: required(picName), ...SEARCH_PARAMETERS },
  async handle({ services, instance, signal }, p) {
    const key = { productId: p.ProductId, picName: p.PicName }
    const { image, ...answer } = await services.search.byName(instance, key, { ...searchOptions(p), signal })
    return { ...searchAnswer(answer), PicInfo: pictureInfo(image.categoryId, [image.region], answer.categories) }
  },
})
