/** `/v1/imports/:id/rows.ndjson` and `.../rows/:line/picture`: rows that were not imported, to keep and to look at. */
import { Readable } from 'node:stream'
import { Type } from 'typebox'
import { type Imports, rowPicture } from '../../imports/index.ts'
import { given } from '../given.ts'
import type { Services } from '../services.ts'
import { oneImport } from './imports.ts'
import { type RestRoute, raw, route } from './route.ts'

const ROWS_PAGE = 500
const PICTURE_MAX_AGE_S = 60
const LINE = Type.Integer({ minimum: 1 })

export function importRowRoutes(services: Services): RestRoute[] {
  const { imports } = services
  const { params, instanceOf } = oneImport(services)
  return [
    route({
      method: 'GET',
      path: '/imports/:id/rows.ndjson',
      action: 'imagesearch:IncreaseList',
      summary: 'All failed and superseded rows with code, message and hint: one JSON object a line.',
      params,
      instanceOf,
      query: Type.Object(
        { code: Type.Optional(Type.String({ description: 'Only rows of this code.' })) },
        { additionalProperties: false },
      ),
      async handle({ params: { id }, query, signal }) {
        await imports.status(id)
        return raw({
          contentType: 'application/x-ndjson; charset=utf-8',
          body: Readable.from(rowLines(imports, id, given(query), signal)),
          headers: { 'content-disposition': `attachment; filename="import-${id}.ndjson"` },
        })
      },
    }),
    route({
      method: 'GET',
      path: '/imports/:id/rows/:line/picture',
      action: 'imagesearch:GetThumbnail',
      summary: 'A small JPEG of the picture that a failed row names, where there is one that can be decoded.',
      params: Type.Object({ ...params.properties, line: LINE }),
      instanceOf,
      async handle({ params: row, signal }) {
        const headers = { 'cache-control': `private, max-age=${PICTURE_MAX_AGE_S}` }
        return raw({ contentType: 'image/jpeg', body: await rowPicture(services, row, signal), headers })
      },
    }),
  ]
}

async function* rowLines(
  imports: Imports,
  id: number,
  query: { code?: string },
  signal: AbortSignal,
): AsyncGenerator<string> {
  for (let afterLine = 0; ; ) {
    signal.throwIfAborted()
    const page = await imports.rows(id, { ...query, afterLine, limit: ROWS_PAGE })
    if (page.length > 0) yield `${page.map((row) => JSON.stringify(row)).join('\n')}\n`
    if (page.length < ROWS_PAGE) return
    afterLine = page.at(-1)?.line ?? 0
  }
}
