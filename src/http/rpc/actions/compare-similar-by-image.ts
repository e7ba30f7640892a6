import { action } from '../action.ts'
import { picContent, required } from '../parameters.ts'

export const compareSimilarByImage = action({
  name: 'CompareSimilarByImage',
  envelope: 'Msg',
  parameters: { PrimaryPicContent: required(picContent), SecondaryPicContent: required(picContent) },
  async handle({ services, instance, picture, signal }, p) {
    const [primary, secondary] = await Promise.all([
      picture(p.PrimaryPicContent, signal),
      picture(p.SecondaryPicContent, signal),
    ])
    const { score } = await services.search.compare(instance, primary, secondary)
    return { Score: score }
  },
})
