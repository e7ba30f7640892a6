/**
 * Serves the built console below `/console/`: every address without a file name is the one page, whose router reads it.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

/** The built console lies beside src/ in a checkout, and beside dist/ in the package. */
const BUILT = fileURLToPath(new URL('../../dist-console/', import.meta.url))
const PREFIX = '/console/'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.json': 'application/json',
}
const COMPRESSED = new Set(['.html', '.js', '.css', '.svg', '.json'])

/** Nothing from elsewhere, nothing inline. `blob:` and `data:` are for pictures that the user is about to send. */
const SECURITY_HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; " +
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
} as const

export interface ConsoleAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

export interface ConsoleFiles {
  /**
   * Answers `GET path`; undefined = not below `/console`.
   *
   * @param path of the address, without the query
   * @param acceptEncoding the request's header
   */
  answer(path: string, acceptEncoding: string): Promise<ConsoleAnswer | undefined>
}

/** @param folder what `npm run build:console` wrote; read once, it is some hundred kilobytes */
export function consoleFiles(folder = BUILT): ConsoleFiles {
  const files = readFolder(folder)
  const packed = new Map<string, Promise<Uint8Array>>()

  function pack(name: string, bytes: Uint8Array, encoding: Encoding): Promise<Uint8Array> {
    const key = `${encoding} ${name}`
    const known = packed.get(key) ?? COMPRESS[encoding](bytes)
    packed.set(key, known)
    return known
  }

  return {
    async answer(path, acceptEncoding) {
      if (path === '/console') return { status: 308, headers: { location: PREFIX }, body: new Uint8Array() }
      if (!path.startsWith(PREFIX)) return undefined
      const asked = path.slice(PREFIX.length)
      const isPage = extname(asked) === '' || asked === 'index.html'
      const name = isPage ? 'index.html' : asked
      const bytes = files.get(name)
      if (!bytes) return isPage ? notBuilt() : notFound()

      const headers: Record<string, string> = {
        ...SECURITY_HEADERS,
        'content-type': TYPES[extname(name)] ?? 'application/octet-stream',
        // Files below assets/ carry a hash of their content in their name.
        'cache-control': name.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
        vary: 'accept-encoding',
      }
      const encoding = COMPRESSED.has(extname(name)) ? choose(acceptEncoding) : undefined
      if (!encoding) return { status: 200, headers, body: bytes }
      return {
        status: 200,
        headers: { ...headers, 'content-encoding': encoding },
        body: await pack(name, bytes, encoding),
      }
    },
  }
}

type Encoding = 'br' | 'gzip'

const COMPRESS: Readonly<Record<Encoding, (bytes: Uint8Array) => Promise<Uint8Array>>> = {
  br: (bytes) => promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
  gzip: (bytes) => promisify(gzip)(bytes, { level: 9 }),
}

function choose(acceptEncoding: string): Encoding | undefined {
  return (['br', 'gzip'] as const).find((encoding) =>
    new RegExp(`\\b${encoding}\\b(?!;q=0(?![.\\d]))`).test(acceptEncoding),
  )
}

function readFolder(folder: string): ReadonlyMap<string, Uint8Array> {
  if (!existsSync(folder)) return new Map()
  const found = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return new Map(
    found.map((entry) => {
      const path = join(entry.parentPath, entry.name)
      return [relative(folder, path).split(sep).join('/'), readFileSync(path)]
    }),
  )
}

function notFound(): ConsoleAnswer {
  return text(404, 'text/plain; charset=utf-8', 'There is no such file in the console.\n')
}

function notBuilt(): ConsoleAnswer {
  return text(
    503,
    'text/html; charset=utf-8',
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>Sightline</title>
<h1>The console is not built yet</h1>
<p>The server runs, and its API answers. To have the web console too, run in the folder of the program:</p>
<pre>npm run build:console</pre>
<p>Then start the server again and reload this page.</p></html>
`,
  )
}

function text(status: number, contentType: string, body: string): ConsoleAnswer {
  return {
    status,
    headers: { ...SECURITY_HEADERS, 'content-type': contentType, 'cache-control': 'no-store' },
    body: Buffer.from(body),
  }
}
