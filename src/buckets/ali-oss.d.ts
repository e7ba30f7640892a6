/** What this project uses of the SDK, which comes without types. */
declare module 'ali-oss' {
  interface Answer {
    readonly status: number
    readonly headers: Readonly<Record<string, string | undefined>>
  }

  interface CallOptions {
    readonly headers?: Readonly<Record<string, string>>
    /** Handed on to the transport. */
    readonly ctx?: unknown
  }

  export default class OSS {
    constructor(options: object)
    head(key: string, options: CallOptions): Promise<{ res: Answer }>
    getStream(key: string, options: CallOptions): Promise<{ stream: NodeJS.ReadableStream; res: Answer }>
    listV2(query: Record<string, string | number>, options: CallOptions): Promise<Page>

    static STS: new (
      options: object,
    ) => {
      assumeRole(
        roleArn: string,
        policy: undefined,
        seconds: number,
        session: string,
        options: CallOptions,
      ): Promise<{ credentials: Record<string, string> }>
    }
  }

  export interface Page {
    readonly objects: readonly { name: string; size: number; etag: string; lastModified: string }[]
    readonly prefixes: readonly string[] | null
    readonly isTruncated: boolean
    readonly nextContinuationToken: string | null
  }
}
