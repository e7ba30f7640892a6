import { action } from '../action.ts'
import { considered } from '../fields.ts'
import { required, words } from '../parameters.ts'
import { SEARCH_PARAMETERS, searchAnswer, searchOptions } from '../search-answer.ts'

export const searchImageByText = action({
  name: 'SearchImageByText',
  envelope: 'Msg',
  parameters: { Text: required(words), ...SEARCH_PARAMETERS },
  async handle({ services, instance, signal }, p) {
    const answer = await services.search.byText(instance, p.Text, { ...searchOptions(p), signal })
    return { ...searchAnswer(answer, { hasRawValues: false }), PicInfo: considered(answer.categories) }
  },
})
