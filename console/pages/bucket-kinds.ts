import type { Auth, BucketSource } from '../api/buckets.ts'

/** What a person calls the place; several speak the protocol of one driver. */
export const KINDS = ['folder', 'oss', 'aws', 'minio', 'ceph', 'r2', 'cos', 's3', 'http'] as const
export type Kind = (typeof KINDS)[number]

export interface Values {
  readonly folder: string
  readonly url: string
  readonly allowPrivate: boolean
  readonly bucket: string
  readonly region: string
  readonly endpoint: string
  readonly addressing: 'path' | 'host' | 'domain'
  readonly isInternal: boolean
  readonly auth: Auth
  readonly accessKeyId: string
  readonly accessKeySecret: string
  readonly securityToken: string
  readonly roleArn: string
  readonly roleName: string
  readonly externalId: string
  readonly maxRequests: string
  /** Megabytes a second. */
  readonly maxRate: string
}

export const NO_VALUES: Values = {
  folder: '',
  url: '',
  allowPrivate: false,
  bucket: '',
  region: '',
  endpoint: '',
  addressing: 'path',
  isInternal: false,
  auth: 'key',
  accessKeyId: '',
  accessKeySecret: '',
  securityToken: '',
  roleArn: '',
  roleName: '',
  externalId: '',
  maxRequests: '',
  maxRate: '',
}

export type TextName = {
  [K in keyof Values]: Values[K] extends string ? (string extends Values[K] ? K : never) : never
}[keyof Values]

interface Shape {
  readonly driver: BucketSource['driver']
  readonly required: readonly TextName[]
  readonly optional: readonly TextName[]
  /** How it can prove who it is; none = it need not. */
  readonly auths: readonly Auth[]
  /** Examples for fields, shown while they are empty. */
  readonly examples: Partial<Record<TextName, string>>
  readonly hasAddressing?: true
}

const S3_AUTHS = ['key', 'environment', 'anonymous'] as const
const KEY_AUTHS = ['key', 'anonymous'] as const

export const SHAPES: Readonly<Record<Kind, Shape>> = {
  folder: { driver: 'file', required: ['folder'], optional: [], auths: [], examples: { folder: '/srv/pictures' } },
  oss: {
    driver: 'oss',
    required: ['bucket', 'region'],
    optional: ['endpoint'],
    auths: ['key', 'ram-role', 'oidc', 'anonymous'],
    examples: { region: 'cn-hangzhou', endpoint: 'https://oss-cn-hangzhou.aliyuncs.com' },
  },
  aws: {
    driver: 's3',
    required: ['bucket', 'region'],
    optional: [],
    auths: S3_AUTHS,
    examples: { region: 'eu-central-1' },
  },
  minio: {
    driver: 's3',
    required: ['bucket', 'endpoint'],
    optional: ['region'],
    auths: KEY_AUTHS,
    examples: { endpoint: 'https://minio.example:9000', region: 'us-east-1' },
  },
  ceph: {
    driver: 's3',
    required: ['bucket', 'endpoint'],
    optional: ['region'],
    auths: KEY_AUTHS,
    examples: { endpoint: 'https://ceph.example:7480', region: 'default' },
  },
  r2: {
    driver: 's3',
    required: ['bucket', 'endpoint'],
    optional: [],
    auths: ['key'],
    examples: { endpoint: 'https://<account>.r2.cloudflarestorage.com' },
  },
  cos: {
    driver: 's3',
    required: ['bucket', 'region'],
    optional: [],
    auths: KEY_AUTHS,
    examples: { bucket: 'pictures-1250000000', region: 'ap-guangzhou' },
  },
  s3: {
    driver: 's3',
    required: ['bucket', 'endpoint'],
    optional: ['region'],
    auths: S3_AUTHS,
    examples: { endpoint: 'https://s3.example', region: 'us-east-1' },
    hasAddressing: true,
  },
  http: {
    driver: 'http',
    required: ['url'],
    optional: [],
    auths: [],
    examples: { url: 'https://cdn.example/pictures/' },
  },
}

/** The bucket that the filled form describes; empty fields are left out. */
export function sourceOf(kind: Kind, values: Values): BucketSource {
  const { driver } = SHAPES[kind]
  if (driver === 'file') return { driver, options: { folder: values.folder.trim() } }
  const limits = {
    ...(values.maxRequests && { maxRequests: Number(values.maxRequests) }),
    ...(values.maxRate && { maxBytesPerSecond: Math.round(Number(values.maxRate) * 1_000_000) }),
  }
  if (driver === 'http') {
    const url = values.url.trim()
    const options = { url: url.endsWith('/') ? url : `${url}/`, ...(values.allowPrivate && { allowPrivate: true }) }
    return { driver, options: { ...options, ...limits } }
  }
  const { auth, roleArn, externalId, roleName } = values
  const common = {
    bucket: values.bucket.trim(),
    ...(auth !== 'key' && { auth }),
    ...(roleArn.trim() && { roleArn: roleArn.trim() }),
    ...limits,
  }
  if (driver === 'oss') {
    const options = {
      ...common,
      ...placeOf(kind, values),
      ...(values.isInternal && !values.endpoint.trim() && { isInternal: true }),
      ...(auth === 'ram-role' && roleName.trim() && { roleName: roleName.trim() }),
    }
    return { driver, options }
  }
  return {
    driver,
    options: { ...common, ...placeOf(kind, values), ...(externalId.trim() && { externalId: externalId.trim() }) },
  }
}

/** Endpoint, region and addressing as each kind of store wants them. */
function placeOf(kind: Kind, values: Values): Record<string, string> {
  const region = values.region.trim()
  const endpoint = values.endpoint.trim().replace(/\/+$/, '')
  if (kind === 'cos') return { region, endpoint: `https://cos.${region}.myqcloud.com`, addressing: 'host' }
  if (kind === 'r2') return { region: 'auto', endpoint }
  return {
    ...(region && { region }),
    ...(endpoint && { endpoint }),
    ...(kind === 's3' && { addressing: values.addressing }),
  }
}
