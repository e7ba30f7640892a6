/** How the command line shows an import, while it runs and after. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { ImportStages, ImportStatus, ImportSurvey } from '../imports/index.ts'
import type { Client } from './client.ts'
import { EXIT, localTime } from './command.ts'
import { duration, progressBar } from './progress.ts'
import { renderFields } from './table.ts'

const POLL_MS = 250
/** Causes of skipped rows. */
const SKIPPED: ReadonlySet<string> = new Set(['superseded', 'unchanged', 'blank'])

/** Asks for the status until the import has ended or is paused; draws a bar meanwhile. */
export async function watchImport(client: Client, id: number): Promise<ImportStatus> {
  const bar = progressBar('Importing', 'rows')
  try {
    for (;;) {
      const now = await client.call<ImportStatus>('GET', `/imports/${id}`)
      if (now.state !== 'running' && now.state !== 'queued') return now
      // An import that meets trouble which is not a row's own (a full disk, say) stays running and tries again.
      const trouble = now.code ? `${now.code}, trying again` : ''
      const waits = now.state === 'queued' ? `queued, ${now.ahead} before it` : ''
      const failures = now.failed > 0 ? `${now.failed} failed${mostOften(now)}` : ''
      bar.show({
        done: now.ok + now.failed + now.skipped - now.toRetry,
        rate: now.rate,
        note: [waits, failures, trouble].filter(Boolean).join(', '),
        ...(now.isPlanned && { total: now.lines }),
        ...(now.secondsLeft !== undefined && { secondsLeft: now.secondsLeft }),
      })
      await sleep(POLL_MS)
    }
  } finally {
    bar.clear()
  }
}

/** Exit status of a command that waited. */
export function endAs({ state, failed }: ImportStatus): void {
  if (state !== 'done') process.exitCode = EXIT.error
  else if (failed > 0) process.exitCode = EXIT.partly
}

/** Whatever is known of an import, for a terminal. */
export function describeImport(status: ImportStatus): string {
  const seconds = ((status.finishedMs || status.modifiedMs) - status.startedMs) / 1000
  return (
    renderFields([
      ['Import', status.id],
      ['State', stateOf(status)],
      ...(status.hint ? [['What to do', status.hint] as const] : []),
      ['From', `${status.bucket}:${status.path}`],
      ...(status.isDryRun ? [['Dry run', 'nothing is written; ok = nothing speaks against it'] as const] : []),
      [
        'Rows',
        `${status.lines}${status.isPlanned ? '' : ' so far'}: ${status.ok} ok, ${status.failed} failed, ${status.skipped} skipped`,
      ],
      ...byCount(status.causes).map(([code, count]) => [`- ${code}`, count] as const),
      ...(status.survey ? surveyFields(status.survey) : []),
      ...(status.secondsLeft !== undefined && status.state === 'running'
        ? [['Time left', `about ${duration(status.secondsLeft)} at ${status.rate} rows a second`] as const]
        : []),
      ...(status.stages ? stageFields(status.stages) : []),
      ...(status.attempt > 1 ? [['Attempt', status.attempt] as const] : []),
      ['Role', status.roleArn || '-'],
      ...(status.callbackAddress ? [['Callback', status.callbackAddress] as const] : []),
      ...(status.startedMs !== status.createdMs ? [['Asked for', localTime(status.createdMs)] as const] : []),
      ['Started', localTime(status.startedMs)],
      ...(status.startedMs > 0 ? [['Took', duration(Math.max(0, seconds))] as const] : []),
    ]) +
    (status.failed > 0
      ? `\nThe failed rows: sightline import failed ${status.id}\n${status.isDryRun ? '' : `Run them again: sightline import retry ${status.id}\n`}`
      : '')
  )
}

function stateOf({ state, ahead, code, message }: ImportStatus): string {
  if (state === 'queued') return `queued, ${ahead} before it`
  return code ? `${state}: ${code}: ${message}` : state
}

/** What most rows fail with, where there is more than one cause. */
function mostOften({ causes, failed }: ImportStatus): string {
  const [most] = byCount(causes).filter(([code]) => !SKIPPED.has(code))
  return most ? ` (${most[0]}${most[1] < failed ? ` ${most[1]}` : ''})` : ''
}

function byCount(causes: ImportStatus['causes']): [code: string, count: number][] {
  return Object.entries(causes).sort(([, a], [, b]) => b - a)
}

function stageFields({ pictures, readMs, waitMs, decodeMs, embedMs, storeMs }: ImportStages) {
  const stages = { read: readMs, wait: waitMs, decode: decodeMs, embed: embedMs, store: storeMs }
  const times = Object.entries(stages).map(([name, ms]) => `${name} ${ms} ms`)
  return [['A picture', `${times.join(', ')} (mean of ${pictures})`] as const]
}

function surveyFields({
  pictures,
  newImages,
  room,
  rowsASecond,
  seconds,
}: ImportSurvey): (readonly [string, string])[] {
  const isFull = newImages > room ? ': it may become full' : ''
  return [
    ['Pictures', `${pictures}, at most ${newImages} of them new; the instance has room for ${room}${isFull}`],
    ['Would take', rowsASecond > 0 ? `about ${duration(seconds)} at ${rowsASecond} pictures a second` : '-'],
  ]
}
