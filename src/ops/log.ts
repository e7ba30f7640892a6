/**
 * The log: one JSON object a line (pino), with secrets taken out.
 */
import { type DestinationStream, destination, type Logger, pino } from 'pino'
import type { Config } from './config.ts'

export type { Logger } from 'pino'

/** Fields that hold a secret wherever they appear, at the top or one or two objects down. */
const SECRET_FIELDS = [
  'accessKeySecret',
  'AccessKeySecret',
  'secret',
  'password',
  'token',
  'securityToken',
  'SecurityToken',
  'authorization',
  'cookie',
  'signature',
  'Signature',
  'credentials',
]

/** Headers under their names on the wire; quoted because of the hyphens. */
const SECRET_HEADERS = ['x-acs-security-token', 'x-acs-accesskey-secret', 'set-cookie']

/**
 * Makes the log of the program.
 *
 * @param to where the lines go; default stderr, so that stdout stays free for the answers of a command
 */
export function createLog({ level, to }: { level: Config['logLevel']; to?: DestinationStream }): Logger {
  const paths = ['', '*.', '*.*.'].flatMap((above) => SECRET_FIELDS.map((field) => `${above}${field}`))
  const headers = ['', '*.', '*.*.'].flatMap((above) =>
    SECRET_HEADERS.map((header) => `${above.replace(/\.$/, '')}["${header}"]`),
  )
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: [...paths, ...headers], censor: '[secret]' },
    },
    to ?? destination({ dest: 2, sync: true }),
  )
}
