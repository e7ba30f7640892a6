import { given } from '../../given.ts'
import { action } from '../action.ts'
import { auction } from '../fields.ts'
import { checkPage, filter, num, optional, required, start } from '../parameters.ts'

export const searchImageByFilter = action({
  name: 'SearchImageByFilter',
  envelope: 'Msg',
  parameters: { Filter: required(filter), Num: optional(num), Start: optional(start) },
  async handle({ services, instance }, p) {
    checkPage(p)
    const page = given({ num: p.Num, start: p.Start })
    const images = await services.search.byFilter(instance, p.Filter, page)
    return { Auctions: images.map(auction) }
  },
})
