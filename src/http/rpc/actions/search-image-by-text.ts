import { problem } from '../../../errors.ts'
import { action } from '../action.ts'
import { required, words } from '../parameters.ts'
import { SEARCH_PARAMETERS, searchOptions } from '../search-answer.ts'

export const searchImageByText = action({
  name: 'SearchImageByText',
  envelope: 'Msg',
  parameters: { Text: required(words), ...SEARCH_PARAMETERS },
  async handle({ instance }, p) {
    searchOptions(p)
    throw problem('TextEncoderMissing', { model: instance.model })
  },
})
