/**
 * `/v1/downloads`: what signed links give. The link is the permission; it was made for a caller who had it.
 */
import { Readable } from 'node:stream'
import { Type } from 'typebox'
import type { Imports, RowOutcome } from '../../imports/index.ts'
import type { Door } from '../door.ts'
import { type RawAnswer, type RestRoute, raw, route } from './route.ts'

const PAGE = 1000

export function downloadRoutes({ services, links }: Door): RestRoute[] {
  return [
    route({
      method: 'GET',
      path: '/downloads/:token',
      action: 'public',
      summary: 'What a signed link gives, one JSON object a line: the report of an import, or a dump.',
      params: Type.Object({ token: Type.String() }),
      async handle({ params, signal }) {
        const { kind, id } = links.open(params.token)
        if (kind === 'dump') return lines(await services.dumps.read(id), 'increment.meta')
        await services.imports.status(id)
        return lines(Readable.from(reportLines(services.imports, id, signal)), `import-${id}-report.jsonl`)
      },
    }),
  ]
}

function lines(body: Readable, fileName: string): RawAnswer {
  const headers = { 'content-disposition': `attachment; filename="${fileName}"` }
  return raw({ contentType: 'application/x-ndjson; charset=utf-8', body, headers })
}

async function* reportLines(imports: Imports, id: number, signal: AbortSignal): AsyncGenerator<string> {
  let page: RowOutcome[] = []
  do {
    page = await imports.rows(id, { afterLine: page.at(-1)?.line ?? 0, limit: PAGE })
    if (page.length > 0) yield page.map((row) => `${JSON.stringify(row)}\n`).join('')
  } while (page.length === PAGE && !signal.aborted)
}
