/** Official packages that come without types. */
interface LegacyAnswer {
  Success: boolean
  Head: { DocsReturn: number; DocsFound: number }
  /** An array since 2019; before, an object around it. */
  Auctions: [Record<string, string>] & { Auction: [Record<string, string>] }
}

type LegacyCall = (...input: unknown[]) => Promise<LegacyAnswer>

interface LegacyClient<Method extends string> {
  new (config: { accessKeyId: string; accessKeySecret: string; endpoint: string }): Record<Method, LegacyCall>
}

declare module '@alicloud/imagesearch-2018-01-20' {
  const client: LegacyClient<'addItem' | 'searchItem' | 'deleteItem'>
  export default client
}

declare module '@alicloud/imagesearch-2019-03-25' {
  const client: LegacyClient<'addImage' | 'searchImage' | 'deleteImage'>
  export default client
}
