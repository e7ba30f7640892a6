/** What a new bucket is told, one shape a driver. */
import { type TProperties, Type } from 'typebox'

const strict = { additionalProperties: false }

const NAME = Type.String({ description: '3 to 63 lower-case letters, digits and hyphens.' })

/** Given, and never given back but for the id. */
export const CREDENTIALS = Type.Object(
  {
    accessKeyId: Type.String({ minLength: 1, maxLength: 256 }),
    accessKeySecret: Type.String({ minLength: 1, maxLength: 1024 }),
    securityToken: Type.Optional(
      Type.String({ minLength: 1, maxLength: 8192, description: 'Of temporary keys; they are not renewed.' }),
    ),
  },
  { ...strict, description: 'Encrypted at rest; only the id is ever shown.' },
)

const LIMITS = {
  maxRequests: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'In flight at once.' })),
  maxBytesPerSecond: Type.Optional(Type.Number({ minimum: 1024, description: 'Absent = as fast as it goes.' })),
}

const text = (description: string) => Type.Optional(Type.String({ minLength: 1, maxLength: 2048, description }))
const flag = (description: string) => Type.Optional(Type.Boolean({ description }))

const S3 = {
  bucket: Type.String({ description: 'Name at the store.' }),
  region: text('Default us-east-1.'),
  endpoint: text('URL; absent = AWS in the region.'),
  addressing: Type.Optional(
    Type.Enum(['path', 'host', 'domain'], {
      description:
        'Where the name goes: into the path (Ceph, MinIO), before the host (AWS, OSS, COS), or nowhere, as the endpoint is a domain of the bucket. Default host without an endpoint, else path.',
    }),
  ),
  auth: Type.Optional(
    Type.Enum(['key', 'environment', 'anonymous'], {
      description: 'The given access key (default), what the machine of the server has, or none.',
    }),
  ),
  roleArn: text('Role that is assumed with it.'),
  externalId: text('Of the role.'),
  stsEndpoint: text('URL; absent = the endpoint if there is one, else AWS in the region.'),
  ...LIMITS,
}

const OSS = {
  bucket: Type.String({ description: 'Name at OSS.' }),
  region: Type.String({ description: 'cn-hangzhou for example; goes into the signature.' }),
  endpoint: text('URL; absent = the public one of the region.'),
  isInternal: flag("Use the endpoint inside of Alibaba Cloud's network."),
  isCname: flag('The endpoint is a domain of the bucket.'),
  auth: Type.Optional(
    Type.Enum(['key', 'ram-role', 'oidc', 'anonymous'], {
      description: 'The given access key (default), the role of the machine, a role for an OIDC token, or none.',
    }),
  ),
  roleName: text('ram-role: absent = the role that the machine has.'),
  roleArn: text('oidc, key: role that is assumed.'),
  oidcProviderArn: text('oidc: absent = ALIBABA_CLOUD_OIDC_PROVIDER_ARN of the server.'),
  oidcTokenFile: text('oidc: absent = ALIBABA_CLOUD_OIDC_TOKEN_FILE of the server.'),
  stsEndpoint: text('URL; absent = the public one of the region.'),
  ...LIMITS,
}

const HTTP = {
  url: Type.String({ description: 'Objects are asked for by their names below it.' }),
  allowPrivate: flag('Ask private and loopback addresses, too.'),
  ...LIMITS,
}

function shape<D extends string, P extends TProperties, M extends TProperties>(driver: D, options: P, more: M) {
  return Type.Object(
    { name: NAME, driver: Type.Literal(driver), options: Type.Object(options, strict), ...more },
    strict,
  )
}

const FOLDER = { folder: Type.String({ description: 'Absolute path on the machine of the server.' }) }
const KEY = { credentials: Type.Optional(CREDENTIALS) }

export const NEW_BUCKET = Type.Union([
  Type.Object({ name: NAME, ...FOLDER }, { ...strict, description: 'Short for the driver file.' }),
  shape('file', FOLDER, {}),
  shape('s3', S3, KEY),
  shape('oss', OSS, KEY),
  shape('http', HTTP, {}),
])
