/** The demo shop as a folder: a picture file a view, and `increment.meta` beside them. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CARRIED } from './products/carried.ts'
import { CLOTHES } from './products/clothes.ts'
import { GROCERIES } from './products/groceries.ts'
import { HOME } from './products/home.ts'
import type { DemoProduct } from './products/product.ts'
import { photograph, VIEWS, type View } from './scene.ts'

/** Every product of the demo shop. */
export const DEMO_PRODUCTS: readonly DemoProduct[] = [...CLOTHES, ...CARRIED, ...GROCERIES, ...HOME]

/** Views that the shop has of every product; the one left out is for searching with. */
const SHOP_VIEWS = VIEWS.filter((view) => view !== 'handheld')

/** Pictures drawn at a time: as many as libuv has threads. */
const AT_A_TIME = 4

export interface ShopOptions {
  /** The same seed makes the same shop, byte by byte. Default 1. */
  readonly seed?: number
  readonly signal?: AbortSignal
  readonly onProgress?: (done: number, total: number) => void
}

/**
 * Draws the demo shop into a folder that a bucket can point at.
 *
 * @returns how many pictures there are; the manifest has a line for each
 */
export async function makeShop(folder: string, options: ShopOptions = {}): Promise<number> {
  const { seed = 1, signal, onProgress } = options
  await mkdir(folder, { recursive: true })
  const pictures = DEMO_PRODUCTS.flatMap((product) => SHOP_VIEWS.map((view) => ({ product, view })))
  let done = 0
  for (let start = 0; start < pictures.length; start += AT_A_TIME) {
    signal?.throwIfAborted()
    await Promise.all(
      pictures.slice(start, start + AT_A_TIME).map(async ({ product, view }) => {
        await writeFile(join(folder, pictureName(product, view)), await photograph(product, view, seed))
        onProgress?.(++done, pictures.length)
      }),
    )
  }
  const lines = pictures.map(({ product, view }) => JSON.stringify(manifestLine(product, view)))
  await writeFile(join(folder, 'increment.meta'), `${lines.join('\n')}\n`)
  return pictures.length
}

/**
 * A view of a product that the shop does not have: what a shopper's phone would send.
 *
 * @param productId of {@link DEMO_PRODUCTS}
 * @returns JPEG
 */
export function furtherView(productId: string, seed = 1): Promise<Buffer> {
  const product = DEMO_PRODUCTS.find(({ id }) => id === productId)
  if (!product) throw new RangeError(`there is no demo product ${productId}`)
  return photograph(product, 'handheld', seed)
}

function pictureName(product: DemoProduct, view: View): string {
  return `${product.id}-${view}.jpg`
}

function manifestLine(product: DemoProduct, view: View): Record<string, string | number> {
  const { id, name, brand, categoryId, price, colour } = product
  return {
    OperationType: 'ADD',
    ProductId: id,
    PicName: pictureName(product, view),
    CategoryId: categoryId,
    CustomContent: `name:${name},brand:${brand},price:${(price / 100).toFixed(2)}`,
    IntAttr: price,
    StrAttr: colour,
    StrAttr2: brand,
  }
}
