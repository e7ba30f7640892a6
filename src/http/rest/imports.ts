/** `/v1/instances/:name/imports` and `/v1/imports`: imports are started, watched, steered; their failed rows given. */
import { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { Type } from 'typebox'
import type { ImportStatus } from '../../imports/index.ts'
import { given } from '../given.ts'
import type { Services } from '../services.ts'
import { INSTANCE_PARAMS } from './instances.ts'
import { authorisePassRole } from './pass-role.ts'
import { type RestRoute, raw, route } from './route.ts'

const strict = { additionalProperties: false }
/** Proxies and browsers give up connections that are silent for a minute. */
const HEARTBEAT_MS = 15_000

/** Of routes on one import: whoever has rights on an instance steers its imports and no others. */
export function oneImport({ imports, instances }: Pick<Services, 'imports' | 'instances'>) {
  return {
    params: Type.Object({ id: Type.Integer({ minimum: 1 }) }),
    instanceOf: ({ id }: Readonly<Record<string, string>>) =>
      imports.status(Number(id)).then(
        ({ instanceId }) => instances.byId(instanceId).name,
        () => undefined,
      ),
  }
}

export function importRoutes(services: Services): RestRoute[] {
  const { instances, imports, access } = services
  const one = { params: INSTANCE_PARAMS, instanceParameter: 'name' }
  const single = oneImport(services)
  return [
    route({
      method: 'POST',
      path: '/instances/:name/imports',
      action: 'imagesearch:IncreaseInstance',
      summary: 'Starts an import of the manifest increment.meta in a folder of a bucket.',
      ...one,
      body: Type.Object(
        {
          bucket: Type.String(),
          path: Type.String({ default: '/', description: 'Folder that holds increment.meta: / or /a/b.' }),
          roleArn: Type.Optional(Type.String({ description: 'Default: the role of the instance.' })),
          callbackAddress: Type.Optional(
            Type.String({ maxLength: 2000, description: 'Address that is posted to when the import has ended.' }),
          ),
          dryRun: Type.Optional(Type.Boolean({ description: 'Only check all rows; nothing is written.' })),
          queue: Type.Optional(
            Type.Boolean({ description: 'Wait for imports of the instance that have not ended, instead of a 409.' }),
          ),
          skipUnchanged: Type.Optional(
            Type.Boolean({
              description: 'Skip ADD rows whose object and fields have not changed since they were imported.',
            }),
          ),
        },
        strict,
      ),
      status: 201,
      async handle(request) {
        await authorisePassRole(access, request)
        return imports.start(await instances.get(request.params.name), request.body)
      },
    }),
    route({
      method: 'GET',
      path: '/instances/:name/imports',
      action: 'imagesearch:IncreaseList',
      summary: 'Lists the imports of an instance, newest first.',
      ...one,
      query: Type.Object(
        {
          bucket: Type.Optional(Type.String()),
          path: Type.Optional(Type.String()),
          dryRuns: Type.Boolean({ default: false, description: 'Dry runs, too.' }),
          limit: Type.Integer({ minimum: 1, maximum: 1000, default: 20 }),
          start: Type.Integer({ minimum: 0, default: 0 }),
        },
        strict,
      ),
      handle: async ({ params, query: { bucket, path, ...page } }) =>
        imports.list((await instances.get(params.name)).id, { ...page, ...given({ bucket, path }) }),
    }),
    route({
      method: 'GET',
      path: '/imports/:id',
      action: 'imagesearch:IncreaseList',
      summary: 'Shows an import: counts, causes, rate and time left.',
      ...single,
      handle: ({ params }) => imports.status(params.id),
    }),
    route({
      method: 'GET',
      path: '/imports/:id/events',
      action: 'imagesearch:IncreaseList',
      summary: 'The status whenever it changes, as server-sent events; ends with the import.',
      ...single,
      async handle({ params, signal }) {
        await imports.status(params.id)
        const events = Readable.from(serverSentEvents((stop) => imports.watch(params.id, stop), signal))
        return raw({ contentType: 'text/event-stream', body: events, headers: { 'cache-control': 'no-store' } })
      },
    }),
    route({
      method: 'GET',
      path: '/imports/:id/rows',
      action: 'imagesearch:IncreaseList',
      summary: 'Failed and superseded rows in order of line.',
      ...single,
      query: Type.Object(
        {
          afterLine: Type.Integer({ minimum: 0, default: 0, description: 'Last line of the page before.' }),
          limit: Type.Integer({ minimum: 1, maximum: 1000, default: 100 }),
          code: Type.Optional(Type.String({ description: 'Only rows of this code.' })),
        },
        strict,
      ),
      handle: async ({ params, query: { code, ...page } }) => ({
        rows: await imports.rows(params.id, { ...page, ...given({ code }) }),
      }),
    }),
    ...(['failed', 'skipped'] as const).map((outcome) =>
      route({
        method: 'GET',
        path: `/imports/:id/${outcome}.meta`,
        action: 'imagesearch:IncreaseList',
        summary: MANIFESTS[outcome],
        ...single,
        async handle({ params, signal }) {
          await imports.status(params.id)
          return raw({
            contentType: 'application/x-ndjson; charset=utf-8',
            body: Readable.from(imports.manifestOf(params.id, outcome, signal)),
            headers: { 'content-disposition': 'attachment; filename="increment.meta"' },
          })
        },
      }),
    ),
    route({
      method: 'GET',
      path: '/imports/:id/callbacks',
      action: 'imagesearch:IncreaseList',
      summary: 'What the callback address of an import was told, with every try to deliver it.',
      ...single,
      handle: async ({ params }) => ({ callbacks: await imports.callbacks(params.id) }),
    }),
    route({
      method: 'POST',
      path: '/imports/:id/callbacks/redeliver',
      action: 'imagesearch:IncreaseInstance',
      summary: 'Sends the last callback of an import again.',
      ...single,
      handle: async ({ params }) => ({ callbacks: await imports.redeliver(params.id) }),
    }),
    route({
      method: 'GET',
      path: '/instances/:name/callback-secret',
      action: 'imagesearch:IncreaseInstance',
      summary: 'The secret that callbacks of the instance are signed with.',
      ...one,
      handle: async ({ params }) => ({ secret: imports.callbackSecret(await instances.get(params.name)) }),
    }),
    ...(['pause', 'resume', 'cancel', 'retry'] as const).map((verb) =>
      route({
        method: 'POST',
        path: `/imports/:id/${verb}`,
        action: 'imagesearch:IncreaseInstance',
        summary: SUMMARIES[verb],
        ...single,
        handle: ({ params }) => imports[verb](params.id),
      }),
    ),
  ]
}

const MANIFESTS = {
  failed: 'The failed rows as they stood in the manifest: an increment.meta to import again.',
  skipped: 'The superseded rows as they stood in the manifest.',
}

const SUMMARIES = {
  pause: 'Finishes the rows in work and takes no more until the import is resumed.',
  resume: 'Goes on with a paused import.',
  cancel: 'Ends an import where it is; what was done stays done.',
  retry: 'Runs the failed rows of an import that has ended once more; its counters follow.',
}

/** Each event carries the whole status: a client that reconnects has missed nothing once it gets the next one. */
async function* serverSentEvents(
  watch: (stop: AbortSignal) => AsyncIterable<ImportStatus>,
  hangUp: AbortSignal,
): AsyncGenerator<string> {
  const ended = new AbortController()
  const stop = AbortSignal.any([hangUp, ended.signal])
  const statuses = watch(stop)[Symbol.asyncIterator]()
  try {
    let id = 0
    let next = statuses.next()
    while (!stop.aborted) {
      const silence = new AbortController()
      const beat = delay(HEARTBEAT_MS, 'silent' as const, { signal: silence.signal }).catch(() => 'silent' as const)
      const first = await Promise.race([next, beat])
      silence.abort()
      if (first === 'silent') {
        yield ':\n\n'
        continue
      }
      if (first.done) return
      id++
      yield `id: ${id}\nevent: status\ndata: ${JSON.stringify(first.value)}\n\n`
      next = statuses.next()
    }
  } finally {
    ended.abort()
  }
}
