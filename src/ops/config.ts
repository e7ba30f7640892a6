/**
 * The settings of the program: one table, and how a value is found for each.
 *
 * A flag wins over the environment, the environment over the config file, the file over the default.
 */
import { existsSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { clip, problem } from '../errors.ts'

interface Setting<T> {
  /** Long flag of `sightline serve`, without dashes; absent = no flag (secrets: others can read a command line). */
  readonly flag?: string
  readonly env: `SIGHTLINE_${string}`
  readonly default: T
  /** How the default reads in the docs where the value itself says little; absent = the value. */
  readonly defaultText?: string
  /** What a value must be; stands in the error message. */
  readonly expected: string
  readonly about: string
  /** Reads a value as it stands in a flag, the environment or the file; undefined = not usable. */
  readonly parse: (value: unknown) => T | undefined
  /** true = never shown. */
  readonly isSecret?: boolean
  /** true = a path: relative ones count from the working folder, or from the config file that names them. */
  readonly isPath?: boolean
}

const setting = <T>(s: Setting<T>): Setting<T> => s

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

function oneOf<const T extends string>(...values: T[]): (value: unknown) => T | undefined {
  return (value) => values.find((v) => v === value)
}

function whole(min: number, max: number): (value: unknown) => number | undefined {
  return (value) => {
    const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value
    return Number.isSafeInteger(number) && (number as number) >= min && (number as number) <= max
      ? (number as number)
      : undefined
  }
}

function yesNo(value: unknown): boolean | undefined {
  if (value === true || value === 'true' || value === '1') return true
  return value === false || value === 'false' || value === '0' ? false : undefined
}

function absolutePaths(value: unknown): readonly string[] | undefined {
  const paths = typeof value === 'string' ? value.split(',').map((path) => path.trim()) : value
  const isList = Array.isArray(paths) && paths.length > 0
  return isList && paths.every((path) => typeof path === 'string' && isAbsolute(path)) ? paths : undefined
}

/** Every setting. The key is the name in the config file and in {@link Config}; `docs/reference/settings.md` is generated from this. */
export const SETTINGS = {
  host: setting({
    flag: 'host',
    env: 'SIGHTLINE_HOST',
    default: '127.0.0.1',
    expected: 'a host name or an IP address',
    about: 'Address to listen on. Anything but loopback can be reached by others.',
    parse: text,
  }),
  port: setting({
    flag: 'port',
    env: 'SIGHTLINE_PORT',
    default: 8750,
    expected: 'a port from 0 to 65535',
    about: 'Port to listen on; 0 takes a free one.',
    parse: whole(0, 65535),
  }),
  dataDir: setting({
    flag: 'data',
    env: 'SIGHTLINE_DATA',
    default: 'sightline-data',
    expected: 'a folder',
    about: 'Folder that holds everything: the database, the index, thumbnails, credentials.',
    parse: text,
    isPath: true,
  }),
  logLevel: setting({
    flag: 'log-level',
    env: 'SIGHTLINE_LOG_LEVEL',
    default: 'info',
    expected: 'one of trace, debug, info, warn, error, silent',
    about: 'Least severe messages to log.',
    parse: oneOf('trace', 'debug', 'info', 'warn', 'error', 'silent'),
  }),
  workers: setting({
    flag: 'workers',
    env: 'SIGHTLINE_WORKERS',
    default: Math.min(64, availableParallelism()),
    defaultText: 'one a processor',
    expected: 'a whole number from 1 to 64',
    about: 'Threads that decode and embed pictures.',
    parse: whole(1, 64),
  }),
  modelFolder: setting({
    flag: 'model-folder',
    env: 'SIGHTLINE_MODEL_FOLDER',
    default: fileURLToPath(new URL('../../models/sightline-mini', import.meta.url)),
    defaultText: 'the built-in sightline-mini',
    expected: 'a folder with a model',
    about: 'Folder of the model that turns pictures into vectors.',
    parse: text,
    isPath: true,
  }),
  defaultCapacity: setting({
    flag: 'default-capacity',
    env: 'SIGHTLINE_DEFAULT_CAPACITY',
    default: 10_000_000,
    expected: 'a whole number from 1 to 1000000000',
    about: 'Images that a new instance holds at most, unless it is created with a capacity of its own.',
    parse: whole(1, 1_000_000_000),
  }),
  maxBodyBytes: setting({
    flag: 'max-body-bytes',
    env: 'SIGHTLINE_MAX_BODY_BYTES',
    default: 8 * 1024 * 1024,
    expected: 'a whole number from 65536 to 268435456',
    about: 'Bytes that the body of a request has at most. A picture in base64 takes 4/3 of its size.',
    parse: whole(65_536, 268_435_456),
  }),
  tlsCertificate: setting({
    flag: 'tls-certificate',
    env: 'SIGHTLINE_TLS_CERTIFICATE',
    default: '',
    defaultText: 'one of its own, in `tls/` of the data folder',
    expected: 'a PEM file',
    about: 'Certificate for TLS, with the chain. HTTP and TLS share the port.',
    parse: text,
    isPath: true,
  }),
  tlsKey: setting({
    flag: 'tls-key',
    env: 'SIGHTLINE_TLS_KEY',
    default: '',
    defaultText: 'the key of its own certificate',
    expected: 'a PEM file',
    about: 'Private key of the certificate.',
    parse: text,
    isPath: true,
  }),
  tlsNames: setting({
    flag: 'tls-names',
    env: 'SIGHTLINE_TLS_NAMES',
    default: '',
    defaultText: 'localhost and the name of the machine',
    expected: 'names and addresses with commas between them',
    about: 'Further names that its own certificate is for.',
    parse: text,
  }),
  bucketRoots: setting<readonly string[]>({
    flag: 'bucket-roots',
    env: 'SIGHTLINE_BUCKET_ROOTS',
    default: [],
    defaultText: 'anywhere',
    expected: 'absolute paths with commas between them',
    about: 'Folders below which folders of the server may be buckets.',
    parse: absolutePaths,
  }),
  allowPrivateAddresses: setting({
    flag: 'allow-private-addresses',
    env: 'SIGHTLINE_ALLOW_PRIVATE_ADDRESSES',
    default: false,
    expected: 'true or false',
    about:
      'Whether pictures given by address may be fetched from loopback and private networks, and callbacks sent there.',
    parse: yesNo,
  }),
  accountId: setting({
    flag: 'account-id',
    env: 'SIGHTLINE_ACCOUNT_ID',
    default: '',
    defaultText: 'made at the first start',
    expected: 'a number of 16 digits',
    about: 'Number of the account, as it stands in ARNs. Counts at the first start of a data folder only.',
    parse: (value) => (typeof value === 'string' && /^\d{16}$/.test(value) ? value : undefined),
  }),
  secretKey: setting({
    env: 'SIGHTLINE_SECRET_KEY',
    default: '',
    defaultText: 'a key file in the data folder',
    expected: 'a text',
    about: 'Key that the secrets of access keys and buckets are encrypted with.',
    parse: text,
    isSecret: true,
  }),
  shutdownSeconds: setting({
    flag: 'shutdown-seconds',
    env: 'SIGHTLINE_SHUTDOWN_SECONDS',
    default: 10,
    expected: 'a whole number from 1 to 600',
    about: 'Seconds that requests and rows in work have to finish when the server stops.',
    parse: whole(1, 600),
  }),
} as const

export type SettingName = keyof typeof SETTINGS

/** The rows of {@link SETTINGS}, for those who show them. */
export const SETTING_LIST: readonly (Setting<unknown> & { readonly name: SettingName })[] = (
  Object.keys(SETTINGS) as SettingName[]
).map((name) => ({ name, ...(SETTINGS[name] as Setting<unknown>) }))

/** The values in force; paths are absolute. */
export type Config = { readonly [K in SettingName]: Exclude<ReturnType<(typeof SETTINGS)[K]['parse']>, undefined> }

/** Where a value came from: `flag --port`, `environment SIGHTLINE_PORT`, `file /x/sightline.json` or `default`. */
export type ConfigSources = { readonly [K in SettingName]: string }

/** Name of the config file that is read from the data folder when none is named. */
export const CONFIG_FILE = 'sightline.json'

export interface ConfigInputs {
  /** Values by setting name, as the command line gave them. */
  readonly flags?: { readonly [K in SettingName]?: unknown }
  /** Default `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Config file; it must exist. Absent = `sightline.json` in the data folder, if there is one. */
  readonly file?: string
}

/**
 * Finds the value of every setting.
 *
 * @throws SettingInvalid, SettingUnknown, ConfigFileUnreadable
 */
export function loadConfig(inputs: ConfigInputs = {}): { config: Config; sources: ConfigSources; file: string } {
  const { flags = {}, env = process.env } = inputs
  const file = inputs.file
    ? resolve(inputs.file)
    : join(fromOutside('dataDir', flags, env).value as string, CONFIG_FILE)
  const stored = inputs.file || existsSync(file) ? readConfigFile(file) : {}

  const values: Record<string, unknown> = {}
  const sources: Record<string, string> = {}
  for (const { name } of SETTING_LIST) {
    const outside = fromOutside(name, flags, env)
    const inFile = outside.source === 'default' && name in stored
    values[name] = inFile ? parse(name, stored[name], `file ${file}`, dirname(file)) : outside.value
    sources[name] = inFile ? `file ${file}` : outside.source
  }
  return { config: Object.freeze(values) as Config, sources: Object.freeze(sources) as ConfigSources, file }
}

function fromOutside(
  name: SettingName,
  flags: NonNullable<ConfigInputs['flags']>,
  env: NonNullable<ConfigInputs['env']>,
): { value: unknown; source: string } {
  const { flag, env: variable, default: fallback, isPath } = SETTINGS[name] as Setting<unknown>
  if (flag && flags[name] !== undefined) {
    const source = `flag --${flag}`
    return { value: parse(name, flags[name], source, '.'), source }
  }
  if (env[variable]) {
    const source = `environment ${variable}`
    return { value: parse(name, env[variable], source, '.'), source }
  }
  return { value: isPath && fallback ? resolve(fallback as string) : fallback, source: 'default' }
}

function parse(name: SettingName, raw: unknown, source: string, folder: string): unknown {
  const { parse, expected, isPath, isSecret } = SETTINGS[name] as Setting<unknown>
  const value = parse(raw)
  if (value === undefined) {
    throw problem('SettingInvalid', { name, source, expected, found: isSecret ? 'another value' : clip(raw) })
  }
  return isPath ? resolve(folder, value as string) : value
}

function readConfigFile(file: string): Readonly<Record<string, unknown>> {
  let json: unknown
  try {
    json = JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw problem('ConfigFileUnreadable', { file, reason: (cause as Error).message }, { cause })
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw problem('ConfigFileUnreadable', { file, reason: 'expected one JSON object' })
  }
  const unknown = Object.keys(json).find((name) => !Object.hasOwn(SETTINGS, name))
  if (unknown !== undefined) throw problem('SettingUnknown', { name: clip(unknown), file })
  return json as Readonly<Record<string, unknown>>
}
