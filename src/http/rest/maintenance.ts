/** `/v1/doctor` and `/v1/backups`: the data folder is examined, set right and copied while the server serves. */
import { Type } from 'typebox'
import type { Services } from '../services.ts'
import { type RestRoute, route } from './route.ts'

const strict = { additionalProperties: false }
/** Of the service sightline: a backup holds keys and secrets, which imagesearch:* must not give away. */
const SERVER = 'acs:sightline:*:{account}:server'

export function maintenanceRoutes({ doctor, backup }: Services): RestRoute[] {
  return [
    route({
      method: 'POST',
      path: '/doctor',
      action: 'sightline:ExamineServer',
      resource: SERVER,
      summary: 'Compares store, index and thumbnails of all instances; says what differs, and sets it right if asked.',
      body: Type.Object(
        { repair: Type.Boolean({ default: false, description: 'Set right what can be derived from the store.' }) },
        strict,
      ),
      handle: ({ body, signal }) => doctor.examine({ repair: body.repair, signal }),
    }),
    route({
      method: 'POST',
      path: '/backups',
      action: 'sightline:CreateBackup',
      isAudited: true,
      resource: SERVER,
      summary: 'Copies the data folder, as it is at one moment, into a folder of the server.',
      body: Type.Object(
        {
          folder: Type.String({
            minLength: 1,
            description: 'Absolute path; empty or absent.',
            pattern: '^(/|[A-Za-z]:)',
          }),
        },
        strict,
      ),
      status: 201,
      handle: ({ body }) => backup(body.folder),
    }),
  ]
}
