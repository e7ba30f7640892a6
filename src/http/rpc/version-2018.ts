/**
 * The API of 2018-01-20: a body format of its own, several pictures a call, other names for everything.
 */
import type { FastifyInstance } from 'fastify'
import { CATEGORIES } from '../../attributes.ts'
import { clip, problem } from '../../errors.ts'
import type { Instance } from '../../instances/index.ts'
import type { SearchAnswer } from '../../search/index.ts'
import { admit, callOf, conditions, type Door } from '../door.ts'
import { given } from '../given.ts'
import type { Call } from './action.ts'
import { regionText } from './fields.ts'
import { parseMetaBody } from './meta-body.ts'
import {
  categoryId,
  customContent,
  flag,
  instanceName,
  intAttr,
  num,
  optional,
  picName,
  productId,
  readParameters,
  region,
  required,
  start,
  strAttr,
} from './parameters.ts'
import { sortExprValues } from './search-answer.ts'
import { readRoaCaller } from './version-2019.ts'

type Values = ReadonlyMap<string, string>
type Handle = (call: Call, instance: Instance, values: Values) => Promise<object>

const PATHS: Readonly<Record<string, { action: string; handle: Handle }>> = {
  '/item/add': { action: 'AddImage', handle: addItem },
  '/item/search': { action: 'SearchImageByPic', handle: searchItem },
  '/item/delete': { action: 'DeleteImage', handle: deleteItem },
}
/** Pictures in one body of at most 8 MB. */
const MAX_PICTURES = 20

export function registerVersion2018(app: FastifyInstance, door: Door): void {
  for (const [path, { action, handle }] of Object.entries(PATHS))
    app.post(path, { config: { check: 'credentials' } }, async (request, reply) => {
      const caller = await readRoaCaller(request, door)
      admit(request, reply, caller)
      request.seen.action = action
      const { services, now } = door
      const query = new Map(Object.entries(request.query as Record<string, string>))
      const name = required(instanceName).read(query.get('instanceName'), 'instanceName')
      const resource = services.access.instanceResource(name)
      await services.access.authorise(caller.principal, `imagesearch:${action}`, resource, conditions(request, now))
      const instance = await services.instances.get(name)
      const call = callOf(request, reply, door, caller)
      call.limit(instance, `imagesearch:${action}`)
      const answer = await handle(call, instance, parseMetaBody(request.wire.body))
      return { RequestId: request.id, Success: true, Code: 0, Message: 'success', ...answer }
    })
}

const ADD = {
  cat_id: optional(categoryId),
  crop: optional(flag),
  region: optional(region),
  cust_content: optional(customContent),
  int_attr: optional(intAttr('IntAttrInvalid')),
  str_attr: optional(strAttr('StrAttrInvalid')),
}

async function addItem({ services, picture, signal }: Call, instance: Instance, values: Values): Promise<object> {
  const product = itemId(values)
  const p = readParameters(ADD, values)
  const names = pictureNames(values)
  if (!names) throw problem('PicListMissing', {})
  const fields = {
    ...given({ categoryId: p.cat_id, crop: p.crop, region: p.region }),
    ...given({ customContent: p.cust_content, intAttr: p.int_attr, strAttr: p.str_attr }),
  }
  // All pictures are read before the first is stored: a body with a mistake changes nothing.
  const pictures = await Promise.all(
    names.map(async ({ key, name }) => ({ picName: name, picture: await readPicture(values, key, name) })),
  )
  let info = {}
  for (const one of pictures) {
    const input = { productId: product, ...one, ...fields }
    const stored = await services.images.put(instance.id, input, { priority: 'search', signal })
    info = { PicInfo: pictureInfo(stored.categoryId, regionText(stored.region)) }
  }
  return info

  function readPicture(from: Values, key: string, name: string): Promise<Uint8Array> {
    const text = from.get(key)
    if (!text) throw problem('PicListPictureMissing', { picName: clip(name) })
    return picture(text, signal)
  }
}

const SEARCH = {
  s: optional(start),
  n: optional(num),
  cat_id: optional(categoryId),
  crop: optional(flag),
  region: optional(region),
}

async function searchItem({ services, picture, signal }: Call, instance: Instance, values: Values): Promise<object> {
  const p = readParameters(SEARCH, values)
  const [first] = pictureNames(values) ?? []
  const text = first && values.get(first.key)
  if (!text) throw problem('SearchPictureMissing', {})
  const options = given({ start: p.s, num: p.n, categoryId: p.cat_id, crop: p.crop, region: p.region })
  const answer = await services.search.byPicture(instance, await picture(text, signal), { ...options, signal })
  return searchAnswer(answer)
}

async function deleteItem({ services, signal }: Call, instance: Instance, values: Values): Promise<object> {
  const product = itemId(values)
  const names = pictureNames(values)
  const context = { priority: 'search', signal } as const
  if (!names) await services.images.remove(instance.id, { productId: product }, context)
  for (const { name } of names ?? [])
    await services.images.remove(instance.id, { productId: product, picName: name }, context)
  return {}
}

function itemId(values: Values): string {
  const id = values.get('item_id')
  if (!id) throw problem('ItemIdMissing', {})
  return productId.read(id, 'item_id')
}

/** The pictures of `pic_list`: the key of each is the base64 of its name. undefined = there is no list. */
function pictureNames(values: Values): { key: string; name: string }[] | undefined {
  const list = values.get('pic_list')
  if (!list) return undefined
  const keys = list.split(',')
  if (keys.length > MAX_PICTURES || keys.some((key) => !/^[A-Za-z0-9+/_-]+={0,2}$/.test(key)))
    throw problem('PicListInvalid', { found: clip(list), max: MAX_PICTURES })
  return keys.map((key) => ({ key, name: picName.read(Buffer.from(key, 'base64').toString('utf8'), 'pic_list') }))
}

function pictureInfo(category: number, box: string, categories: SearchAnswer['categories'] = []): object {
  const considered = categories.length > 0 ? categories : [{ id: category, name: CATEGORIES.get(category) ?? '' }]
  return {
    Category: String(category),
    Region: box,
    AllCategory: { Category: considered.map(({ id, name }) => ({ Id: String(id), Name: name })) },
  }
}

/** Lists are wrapped in an object with the singular as its key, as this version's gateway did. */
function searchAnswer({ results, found, picture, categories, timings }: SearchAnswer): object {
  return {
    Head: { DocsReturn: results.length, DocsFound: found, SearchTime: Math.round(timings.totalMs) },
    ...(picture && { PicInfo: pictureInfo(picture.categoryId, regionText(picture.region), categories) }),
    Auctions: {
      Auction: results.map((result) => ({
        ProductId: result.image.productId,
        PicName: result.image.picName,
        CatId: String(result.image.categoryId),
        CustContent: result.image.customContent,
        SortExprValues: sortExprValues(result),
      })),
    },
  }
}
