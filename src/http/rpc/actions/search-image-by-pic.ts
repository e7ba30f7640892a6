import { given } from '../../given.ts'
import { action } from '../action.ts'
import { pictureInfo, regionText } from '../fields.ts'
import { flag, optional, picContent, region, required } from '../parameters.ts'
import { SEARCH_PARAMETERS, searchAnswer, searchOptions } from '../search-answer.ts'

export const searchImageByPic = action({
  name: 'SearchImageByPic',
  versions: ['2020-12-14', '2020-02-12', '2019-03-25'],
  envelope: 'Msg',
  parameters: {
    PicContent: required(picContent),
    Crop: optional(flag),
    Region: optional(region),
    ...SEARCH_PARAMETERS,
  },
  async handle({ services, instance, picture, signal }, p) {
    const options = { ...searchOptions(p), ...given({ crop: p.Crop, region: p.Region }), signal }
    const answer = await services.search.byPicture(instance, await picture(p.PicContent, signal), options)
    const { categoryId = instance.serviceType === 'product' ? 0 : 88888888, regions = [] } = answer.picture ?? {}
    return { ...searchAnswer(answer), PicInfo: pictureInfo(categoryId, regions.map(regionText), answer.categories) }
  },
})
