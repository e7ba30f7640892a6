/**
 * The API of 2019-03-25: real paths instead of action names, everything else as in later versions.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { clip, problem } from '../../errors.ts'
import { bearerToken, type Caller } from '../authenticate.ts'
import { admit, type Door } from '../door.ts'
import { isAcs3, readAcs3 } from './acs3.ts'
import type { Action } from './action.ts'
import { addImage } from './actions/add-image.ts'
import { deleteImage } from './actions/delete-image.ts'
import { searchImageByName } from './actions/search-image-by-name.ts'
import { searchImageByPic } from './actions/search-image-by-pic.ts'
import { answerCall } from './gateway.ts'
import { isRoaSigned, readRoaSignature } from './roa-signature.ts'
import { parameters } from './wire.ts'

const PATHS: Readonly<Record<string, (values: ReadonlyMap<string, string>) => Action>> = {
  '/v2/image/add': () => addImage,
  '/v2/image/search': searchAction,
  '/v2/image/delete': () => deleteImage,
}

export function registerVersion2019(app: FastifyInstance, door: Door): void {
  for (const [path, actionOf] of Object.entries(PATHS))
    app.post(path, { config: { check: 'credentials' } }, async (request, reply) => {
      const caller = await readRoaCaller(request, door)
      admit(request, reply, caller)
      const values = await parameters(request.wire)
      return answerCall({ request, reply, door, caller, action: actionOf(values), values })
    })
}

/** Generated clients sign with ACS3, handwritten ones with ROA HMAC-SHA1. */
export async function readRoaCaller({ wire }: FastifyRequest, { authenticator }: Door): Promise<Caller> {
  if (isAcs3(wire)) return authenticator.signed(readAcs3(wire))
  if (isRoaSigned(wire)) return authenticator.signed(readRoaSignature(wire))
  const token = bearerToken(wire)
  if (token) return authenticator.bearer(token)
  throw problem('CredentialsMissing', {})
}

function searchAction(values: ReadonlyMap<string, string>): Action {
  const type = values.get('Type') || 'SearchByPic'
  if (type === 'SearchByPic') return searchImageByPic
  if (type === 'SearchByName') return searchImageByName
  throw problem('SearchTypeInvalid', { found: clip(type) })
}
