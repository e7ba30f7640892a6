/**
 * The form of an upload, in the framings that the SDKs of all languages give it.
 */
import { Busboy } from '@fastify/busboy'
import { problem } from '../../errors.ts'

export interface UploadForm {
  readonly fields: ReadonlyMap<string, string>
  readonly file: Buffer
}

/** More than an SDK sends; a form beyond is none of theirs. */
const LIMITS = { fields: 20, files: 1, parts: 24, fieldSize: 64 * 1024, headerPairs: 20 }

/**
 * The TypeScript SDK (4.2.3 and later) writes no line break between the file and the field after it, so a parser takes
 * that field for a part of the file. Some SDKs write one line break too many; a picture does not mind.
 *
 * @param contentType with the boundary
 * @throws UploadMalformed
 */
export async function parseUploadForm(contentType: string, body: Buffer): Promise<UploadForm> {
  const boundary = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType)
  const { fields, file } = await parse(contentType, body)
  const end = file.lastIndexOf(
    `--${boundary?.[1] ?? boundary?.[2]}\r\nContent-Disposition: form-data; name="success_action_status"`,
  )
  return { fields, file: end < 0 ? file : file.subarray(0, end) }
}

async function parse(contentType: string, body: Buffer): Promise<UploadForm> {
  const fields = new Map<string, string>()
  const parts: Buffer[] = []
  await new Promise<void>((done, fail) => {
    const malformed = (cause: unknown) => fail(problem('UploadMalformed', { reason: String(cause) }, { cause }))
    try {
      const parser = new Busboy({ headers: { 'content-type': contentType }, limits: LIMITS })
      parser.on('field', (name, value) => fields.set(name, value))
      parser.on('file', (_name, stream) => {
        stream.on('data', (part: Buffer) => parts.push(part)).on('error', malformed)
      })
      parser.on('error', malformed).on('finish', done)
      parser.end(body)
    } catch (error) {
      malformed(error)
    }
  })
  return { fields, file: Buffer.concat(parts) }
}
