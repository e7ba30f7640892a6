import { useState } from 'preact/hooks'
import { Link, useLocation, useSearchParams } from 'wouter-preact'
import { ApiError } from '../api/client.ts'
import {
  failedManifestAddress,
  type ImportStatus,
  isEnded,
  type RowOutcome,
  useImport,
  useImportAction,
  useImportRows,
} from '../api/imports.ts'
import type { Instance } from '../api/instances.ts'
import { useHasRoute } from '../api/routes.ts'
import { useMay } from '../api/session.ts'
import { duration, fullMoment, named, number, t } from '../i18n/index.ts'
import { CauseBars, RowsBar } from '../parts/bars.tsx'
import { Button, DownloadLink, LinkButton } from '../parts/button.tsx'
import { Card, Empty, Facts, Failure, Figures, Loading, Note, Pager, StateBadge } from '../parts/page.tsx'
import table from '../parts/table.module.css'
import { sayFailure } from '../parts/toast.tsx'
import s from './imports.module.css'

/** One import: live while it runs, and the truth about every row that was not done. */
export default function ImportPage({ instance, id }: { instance: Instance; id: number }) {
  const { data, error, isPending, isLive, refetch } = useImport(id)
  if (isPending) return <Loading />
  if (error || !data) return <Failure error={error} onRetry={() => refetch()} />
  const base = `/instances/${instance.name}`
  return (
    <div class={s.page}>
      <div class={s.head}>
        <div class={s.headText}>
          <Link href={`${base}/imports`}>{t('importHistory')}</Link>
          <h2>{t('importNumber', { id: String(data.id) })}</h2>
          <StateBadge state={data.state} failed={data.failed} />
          {!isLive && !isEnded(data) && <span class="muted">{t('reconnecting')}</span>}
        </div>
        <Actions status={data} instance={instance} />
      </div>
      {data.code && <Failure error={new ApiError({ ...data, status: 0, requestId: '' })} />}
      <Progress status={data} />
      {data.state === 'done' && data.failed === 0 && data.ok > 0 && (
        <Note>
          {t('allDone')} <Link href={`${base}/test`}>{t('testService')}</Link>
        </Note>
      )}
      <Rows status={data} />
      <Card title={t('details')}>
        <Facts
          facts={[
            [t('bucket'), <code key="bucket">{data.bucket}</code>],
            [t('path'), <code key="path">{data.path}</code>],
            ['ARN', data.roleArn ? <code key="arn">{data.roleArn}</code> : <span class="muted">{t('none')}</span>],
            [t('created'), fullMoment(data.createdMs)],
            [t('modified'), fullMoment(data.modifiedMs)],
            ...(data.finishedMs ? [[t('finished'), fullMoment(data.finishedMs)] as const] : []),
          ]}
        />
      </Card>
    </div>
  )
}

function Actions({ status, instance }: { status: ImportStatus; instance: Instance }) {
  const action = useImportAction(status.id)
  const may = useMay(instance.name)
  const mayRetry = useHasRoute('/imports/{id}/retry', status.failed > 0)
  const [, go] = useLocation()
  const act = (verb: 'pause' | 'resume' | 'cancel' | 'retry') =>
    action.mutate(verb, {
      onError: sayFailure,
      onSuccess: (next) => {
        if (verb === 'retry' && next.id !== status.id) go(`/instances/${instance.name}/imports/${next.id}`)
      },
    })
  const { state, failed } = status
  const isBusy = action.isPending
  return (
    <div class={s.actions}>
      {failed > 0 && (
        <DownloadLink icon="download" href={failedManifestAddress(status.id)} download="increment.meta">
          {t('downloadFailed')}
        </DownloadLink>
      )}
      {may('IncreaseInstance') && (
        <>
          {failed > 0 && isEnded(status) && mayRetry && (
            <Button icon="retry" disabled={isBusy} onClick={() => act('retry')}>
              {t('retryFailed')}
            </Button>
          )}
          {state === 'running' && (
            <Button icon="pause" disabled={isBusy} onClick={() => act('pause')}>
              {t('pause')}
            </Button>
          )}
          {state === 'paused' && (
            <Button look="primary" icon="play" disabled={isBusy} onClick={() => act('resume')}>
              {t('resume')}
            </Button>
          )}
          {!isEnded(status) && (
            <Button look="danger" icon="stop" disabled={isBusy} onClick={() => act('cancel')}>
              {t('cancelImport')}
            </Button>
          )}
          {isEnded(status) && (
            <LinkButton
              icon="import"
              href={`/instances/${instance.name}/imports/new?bucket=${encodeURIComponent(status.bucket)}&path=${encodeURIComponent(status.path)}`}
            >
              {t('importAgain')}
            </LinkButton>
          )}
        </>
      )}
    </div>
  )
}

function Progress({ status }: { status: ImportStatus }) {
  const { ok, failed, skipped, lines, isPlanned, rate, secondsLeft, state, createdMs, finishedMs } = status
  const done = ok + failed + skipped
  const label = t(isPlanned ? 'rowsOf' : 'rowsOfSoFar', { done, n: lines })
  return (
    <>
      <Figures
        figures={[
          { name: t('outcome.ok'), value: number(ok) },
          { name: t('outcome.failed'), value: number(failed) },
          { name: t('outcome.skipped'), value: number(skipped) },
          { name: t('rowsInManifest'), value: number(lines), ...(!isPlanned && { note: t('soFar') }) },
          state === 'running'
            ? {
                name: t('speed'),
                value: t('rowsASecond', { n: Math.round(rate) }),
                note:
                  secondsLeft === undefined ? t('estimating') : t('timeLeft', { time: duration(secondsLeft * 1000) }),
              }
            : { name: t('took'), value: finishedMs ? duration(finishedMs - createdMs) : '–' },
        ]}
      />
      <div class={s.live}>
        <RowsBar {...{ ok, failed, skipped, lines }} label={label} />
        <div class={s.legend}>
          <span class="number">{label}</span>
        </div>
      </div>
    </>
  )
}

const PAGE = 50

function Rows({ status }: { status: ImportStatus }) {
  const [params, setParams] = useSearchParams()
  const code = params.get('code') ?? ''
  const causes = Object.entries(status.causes).sort((a, b) => b[1] - a[1])
  // Pages go by line, so the way back is the list of where pages began.
  const [starts, setStarts] = useState<readonly number[]>([0])
  const afterLine = starts.at(-1) ?? 0
  const hasRows = causes.length > 0
  const { data, error } = useImportRows(status.id, { afterLine, limit: PAGE, ...(code && { code }) }, hasRows)
  if (!hasRows) {
    return isEnded(status) && status.lines > 0 ? (
      <Card>
        <Empty icon="check" title={t('noFailedRows')} text={t('noFailedRowsText')} />
      </Card>
    ) : null
  }
  const total = code ? (status.causes[code] ?? 0) : causes.reduce((sum, [, count]) => sum + count, 0)
  const start = (starts.length - 1) * PAGE
  const rows = data?.rows ?? []
  return (
    <>
      <Card title={t('causes')}>
        <CauseBars
          counts={causes}
          name={(key) => named('cause', key)}
          chosen={code}
          onChoose={(key) => {
            setStarts([0])
            setParams(key ? { code: key } : {}, { replace: true })
          }}
        />
      </Card>
      <Card title={code ? t('rowsWith', { code: named('cause', code) }) : t('rowsNotDone')} isFlush>
        <Failure error={error} />
        <RowTable rows={rows} />
        <Pager
          start={start}
          limit={PAGE}
          shown={rows.length}
          total={total}
          onStart={(to) =>
            setStarts((before) => (to > start ? [...before, rows.at(-1)?.line ?? 0] : before.slice(0, -1)))
          }
        />
      </Card>
    </>
  )
}

function RowTable({ rows }: { rows: readonly RowOutcome[] }) {
  return (
    <div class={table.scroll}>
      <table class={`${table.table} ${table.top}`}>
        <thead>
          <tr>
            <th class={table.right}>{t('line')}</th>
            <th>ProductId</th>
            <th>PicName</th>
            <th>{t('code')}</th>
            <th>{t('whatHappened')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.line}>
              <td class={table.right}>{number(row.line)}</td>
              <td class="mono">{row.productId || '–'}</td>
              <td class="mono">{row.picName || '–'}</td>
              <td class={s.code}>{row.code}</td>
              <td>
                <div class={s.rowText}>
                  <span>{row.message}</span>
                  {row.hint && <span class={s.hint}>{row.hint}</span>}
                </div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
