/**
 * `/v1/downloads`: what signed links give. The link is the permission; it was made for a caller who had it.
 */
import { Readable } from 'node:stream'
import { Type } from 'typebox'
import type { Imports, RowOutcome } from '../../imports/index.ts'
import type { Door } from '../door.ts'
import { type RestRoute, raw, route } from './route.ts'

const PAGE = 1000

export function downloadRoutes({ services, links }: Door): RestRoute[] {
  return [
    route({
      method: 'GET',
      path: '/downloads/:token',
      action: 'public',
      summary: 'Report of failed and skipped rows of an import, one JSON object a line.',
      params: Type.Object({ token: Type.String() }),
      async handle({ params, signal }) {
        const { id } = links.open(params.token)
        await services.imports.status(id)
        const headers = { 'content-disposition': `attachment; filename="import-${id}-report.jsonl"` }
        const body = Readable.from(reportLines(services.imports, id, signal))
        return raw({ contentType: 'application/x-ndjson; charset=utf-8', body, headers })
      },
    }),
  ]
}

async function* reportLines(imports: Imports, id: number, signal: AbortSignal): AsyncGenerator<string> {
  let page: RowOutcome[] = []
  do {
    page = await imports.rows(id, { afterLine: page.at(-1)?.line ?? 0, limit: PAGE })
    if (page.length > 0) yield page.map((row) => `${JSON.stringify(row)}\n`).join('')
  } while (page.length === PAGE && !signal.aborted)
}
