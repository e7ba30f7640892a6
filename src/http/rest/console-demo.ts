/** `/v1/demo`: the made shop, drawn, imported and ready to search. */
import { DEMO_PRODUCTS, makeShop } from '../../demo/index.ts'
import { asProblem } from '../../errors.ts'
import type { Services } from '../services.ts'
import { type RestRoute, route } from './route.ts'

const INSTANCE = 'demo'
const BUCKET = 'demo-shop'

export function demoRoutes({ instances, buckets, imports, demoFolder }: Services): RestRoute[] {
  return [
    route({
      method: 'POST',
      path: '/demo',
      action: 'imagesearch:CreateInstance',
      summary: 'Draws the demo shop and starts its import into an instance named demo.',
      status: 201,
      async handle({ signal }) {
        const pictures = await makeShop(demoFolder, { signal })
        await unless('BucketExists', buckets.add(BUCKET, { driver: 'file', options: { folder: demoFolder } }))
        await unless('InstanceExists', instances.create(INSTANCE, 'product'))
        const { id } = await imports.start(await instances.get(INSTANCE), { bucket: BUCKET, path: '/' })
        return { instance: INSTANCE, importId: id, products: DEMO_PRODUCTS.length, pictures }
      },
    }),
  ]
}

/** What an earlier, interrupted call has made is taken as it is. */
async function unless(code: string, made: Promise<unknown>): Promise<void> {
  await made.catch((error) => {
    if (asProblem(error).code !== code) throw error
  })
}
