/**
 * The second step of an Advance call: the form post to the object store that the SDK was told of, which is this server.
 */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { problem, type SightlineError } from '../../errors.ts'
import { header, type WireRequest } from '../rpc/wire.ts'
import { parseUploadForm } from './upload-form.ts'
import type { Uploads } from './uploads.ts'

const XML_TYPE = 'application/xml; charset=utf-8'

export function isFormPost(request: WireRequest): boolean {
  return (
    request.method === 'POST' && request.path === '/' && /^multipart\/form-data/i.test(header(request, 'content-type'))
  )
}

/** The form carries its own permission: the policy that AuthorizeFileUpload signed. */
export async function answerFormPost(
  request: FastifyRequest,
  reply: FastifyReply,
  uploads: Uploads,
): Promise<FastifyReply> {
  request.seen.action = 'UploadFile'
  const { wire } = request
  const { fields, file } = await parseUploadForm(header(wire, 'content-type'), wire.body)
  const field = (name: string): string => {
    const value = fields.get(name)
    if (!value) throw problem('UploadMalformed', { reason: `there is no field ${name}` })
    return value
  }
  const key = field('key')
  await uploads.store({ policy: field('policy'), signature: field('Signature'), key }, file)

  const status = Number(fields.get('success_action_status') ?? 201)
  if (status === 200 || status === 204) return reply.code(status).send()
  const location = `http://${header(wire, 'host')}/${key}`
  return reply
    .code(201)
    .type(XML_TYPE)
    .send(xml('PostResponse', { Location: location, Key: key }))
}

/** The body of an error as the SDKs read it after a form post. */
export function formPostError(error: SightlineError, request: FastifyRequest): { type: string; body: string } {
  const { official: Code, message: Message } = error
  return {
    type: XML_TYPE,
    body: xml('Error', { Code, Message, RequestId: request.id, HostId: header(request.wire, 'host') }),
  }
}

function xml(root: string, values: Readonly<Record<string, string>>): string {
  const children = Object.entries(values).map(([name, value]) => `<${name}>${escapeXml(value)}</${name}>`)
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}>${children.join('')}</${root}>`
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
