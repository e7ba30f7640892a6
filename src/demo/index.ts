/**
 * The demo shop: products that our own code draws, seen from several sides, with the manifest that imports them.
 * Nothing is fetched and no font is needed.
 */
export { letters } from './lettering.ts'
export { DEMO_PRODUCTS, furtherView, makeShop, type ShopOptions } from './shop.ts'
