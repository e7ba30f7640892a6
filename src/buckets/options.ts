/** What each driver is told about its store, and how it proves who it is. */

/** A folder on the server's machine. */
export interface FileOptions {
  /** Absolute path. */
  readonly folder: string
}

/** How much of a remote store one bucket may take, over all imports. */
export interface StoreLimits {
  /** Requests in flight; see `DEFAULTS` of `reliable.ts`. */
  readonly maxRequests?: number
  /** Bytes of bodies a second; absent = as fast as it goes. */
  readonly maxBytesPerSecond?: number
}

/** An S3 store: AWS, Ceph, MinIO, R2, COS, OSS by its S3 face. */
export interface S3Options extends StoreLimits {
  /** Name at the store. */
  readonly bucket: string
  /** Absent = `us-east-1`, which stores with an endpoint of their own take as well as any. */
  readonly region?: string
  /** URL; absent = AWS in the region. */
  readonly endpoint?: string
  /**
   * Where the bucket's name goes: into the path (Ceph, MinIO), before the host (AWS, OSS, COS), or nowhere because the
   * endpoint is a domain of the bucket's own. Absent = `host` without an endpoint, else `path`.
   */
  readonly addressing?: 'path' | 'host' | 'domain'
  /**
   * `key` = the access key given beside the options; `environment` = what the server's machine has (variables, profile,
   * instance role); `anonymous` = unsigned. Absent = `key`.
   */
  readonly auth?: 'key' | 'environment' | 'anonymous'
  /** Role that is assumed with the above; its temporary keys are made again before they expire. */
  readonly roleArn?: string
  readonly externalId?: string
  /** URL; absent = the endpoint if there is one, else AWS in the region. */
  readonly stsEndpoint?: string
}

/** Alibaba Cloud OSS by its own protocol. */
export interface OssOptions extends StoreLimits {
  /** Name at the store. */
  readonly bucket: string
  /** Such as `cn-hangzhou`; goes into the signature. */
  readonly region: string
  /** URL; absent = the region's public one. */
  readonly endpoint?: string
  /** Without an endpoint: the one inside of Alibaba Cloud's network. */
  readonly isInternal?: boolean
  /** The endpoint is a domain of the bucket's own. */
  readonly isCname?: boolean
  /**
   * `key` = the access key given beside the options, with or without a token; `ram-role` = the role of the machine;
   * `oidc` = a token file that is exchanged for a role; `anonymous` = unsigned. Absent = `key`.
   */
  readonly auth?: 'key' | 'ram-role' | 'oidc' | 'anonymous'
  /** `ram-role`: its name; absent = the one that the machine has. */
  readonly roleName?: string
  /** `oidc`: the role to take; `key`: the role that is assumed with the key. */
  readonly roleArn?: string
  readonly oidcProviderArn?: string
  readonly oidcTokenFile?: string
  /** URL; absent = the region's public one. */
  readonly stsEndpoint?: string
}

/** URLs below one base; nothing can be listed. */
export interface HttpOptions extends StoreLimits {
  /** Base URL, ends with a slash. */
  readonly url: string
  /** Private and loopback addresses may be asked; absent = no. */
  readonly allowPrivate?: boolean
}

export interface DriverOptions {
  readonly file: FileOptions
  readonly s3: S3Options
  readonly oss: OssOptions
  readonly http: HttpOptions
}

export type Driver = keyof DriverOptions

/** A driver with its options. */
export type BucketSource = { [D in Driver]: { readonly driver: D; readonly options: DriverOptions[D] } }[Driver]

/** For the drivers `s3` and `oss`. Encrypted at rest; never logged, never in an answer but for the id. */
export interface BucketCredentials {
  readonly accessKeyId: string
  readonly accessKeySecret: string
  /** Of temporary keys. */
  readonly securityToken?: string
}
