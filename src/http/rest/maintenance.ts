/** `/v1/doctor` and `/v1/backups`: the data folder is examined, set right and copied while the server serves. */
import { Type } from 'typebox'
import type { Services } from '../services.ts'
import { type RestRoute, route } from './route.ts'

const strict = { additionalProperties: false }

export function maintenanceRoutes({ doctor, backup }: Services): RestRoute[] {
  return [
    route({
      method: 'POST',
      path: '/doctor',
      action: 'imagesearch:ExamineServer',
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
      action: 'imagesearch:CreateBackup',
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
