/**
 * The captured requests of real SDKs, for golden tests.
 */
import { readFileSync } from 'node:fs'
import { type WireRequest, wireRequest } from '../../src/http/rpc/wire.ts'

/** Key that signed the captures. */
export const CAPTURE_KEY = {
  accessKeyId: 'FAKE_AK_ID',
  accessKeySecret: 'FAKE_AK_SECRET',
  securityToken: 'FAKE_STS_TOKEN',
}

export interface Capture {
  readonly title: string
  readonly tls: boolean
  readonly signed: boolean
  /** Absent = not signed; false = its body is shortened. */
  readonly verifies?: boolean
  readonly request: WireRequest
  /** As sent, for replaying them byte by byte. */
  readonly url: string
  readonly rawHeaders: readonly (readonly [name: string, value: string])[]
}

const FOLDER = new URL('../fixtures/captures/', import.meta.url)

export function captures(): Capture[] {
  const index = JSON.parse(readFileSync(new URL('index.json', FOLDER), 'utf8')) as {
    file: string
    section: string
    title: string
    tls: boolean
    signed: boolean
    verifies?: boolean
  }[]
  return index.map(({ file, section, title, ...marks }) => {
    const text = readFileSync(new URL(file, FOLDER), 'utf8').replace(/\n$/, '')
    return { title: `${file.slice(0, 3)} ${section.split(',')[0]}: ${title}`, ...marks, ...parse(text) }
  })
}

function parse(text: string): Pick<Capture, 'request' | 'url' | 'rawHeaders'> {
  const split = text.indexOf('\n\n')
  const head = split < 0 ? text : text.slice(0, split)
  const [first = '', ...lines] = head.split('\n')
  const [method = '', url = ''] = first.split(' ')
  const rawHeaders = lines.map((line) => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon), line.slice(colon + 1).trim()] as const
  })
  const headers = Object.fromEntries(rawHeaders.map(([name, value]) => [name.toLowerCase(), value]))
  const body = split < 0 ? '' : text.slice(split + 2)
  const isForm = headers['content-type']?.startsWith('multipart/')
  const bytes = Buffer.from(isForm ? body.replaceAll('\n', '\r\n') : body)
  return { request: wireRequest(method, url, headers, bytes), url, rawHeaders }
}
