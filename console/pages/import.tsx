import { Link } from 'wouter-preact'
import { ApiError } from '../api/client.ts'
import { type ImportStages, type ImportStatus, isEnded, useImport, useImportAction } from '../api/imports.ts'
import type { Instance } from '../api/instances.ts'
import { useMay } from '../api/session.ts'
import { duration, fullMoment, number, t } from '../i18n/index.ts'
import { RowsBar } from '../parts/bars.tsx'
import { Button, LinkButton } from '../parts/button.tsx'
import { Badge, Card, Facts, Failure, Figures, Loading, Note, StateBadge } from '../parts/page.tsx'
import { sayFailure } from '../parts/toast.tsx'
import { Deliveries } from './import-callbacks.tsx'
import { RowsNotDone } from './import-rows.tsx'
import { Survey } from './import-survey.tsx'
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
          <h2>{t(data.isDryRun ? 'dryRunNumber' : 'importNumber', { id: String(data.id) })}</h2>
          <State status={data} />
          {!isLive && !isEnded(data) && <span class="muted">{t('reconnecting')}</span>}
        </div>
        <Actions status={data} instance={instance} />
      </div>
      <Trouble status={data} />
      <Progress status={data} />
      {data.survey && <Survey status={data} survey={data.survey} instance={instance} />}
      {data.state === 'done' && data.failed === 0 && data.ok > 0 && !data.isDryRun && (
        <Note>
          {t('allDone')} <Link href={`${base}/test`}>{t('testService')}</Link>
        </Note>
      )}
      <RowsNotDone status={data} instance={instance} />
      {data.callbackAddress && <Deliveries status={data} instance={instance} />}
      <Card title={t('details')}>
        <Facts
          facts={[
            [t('bucket'), <code key="bucket">{data.bucket}</code>],
            [t('path'), <code key="path">{data.path}</code>],
            ['ARN', data.roleArn ? <code key="arn">{data.roleArn}</code> : <span class="muted">{t('none')}</span>],
            ...(data.callbackAddress
              ? [[t('callbackAddress'), <code key="to">{data.callbackAddress}</code>] as const]
              : []),
            ...(data.skipUnchanged ? [[t('options'), t('skipUnchanged')] as const] : []),
            ...(data.attempt > 1 ? [[t('attempts'), number(data.attempt)] as const] : []),
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
  const act = (verb: 'pause' | 'resume' | 'cancel' | 'retry') => action.mutate(verb, { onError: sayFailure })
  const { state, failed } = status
  const isBusy = action.isPending
  return (
    <div class={s.actions}>
      {may('IncreaseInstance') && (
        <>
          {failed > 0 && isEnded(status) && !status.isDryRun && (
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
          {isEnded(status) && !status.isDryRun && (
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

function State({ status: { state, failed, isDryRun, ahead, toRetry } }: { status: ImportStatus }) {
  if (isDryRun && state === 'done') return <Badge tone={failed > 0 ? 'warn' : 'good'}>{t('checked')}</Badge>
  return (
    <>
      <StateBadge state={state} failed={failed} />
      {ahead !== undefined && <span class="muted">{t('importsAhead', { n: ahead })}</span>}
      {state === 'running' && toRetry > 0 && <span class="muted">{t('rowsToRetry', { n: toRetry })}</span>}
    </>
  )
}

/** Why an import failed; why it paused itself, and what to do; what it waits for. */
function Trouble({ status }: { status: ImportStatus }) {
  const { state, code, message, hint } = status
  if (!code) return null
  if (state !== 'running' && state !== 'paused') {
    return <Failure error={new ApiError({ ...status, status: 0, requestId: '' })} />
  }
  return (
    <Note isWarning>
      <strong>{message}</strong>
      <div>{hint}</div>
      <div class={s.hint}>{state === 'paused' ? t('pausedEarlyText') : t('triesAgain')}</div>
    </Note>
  )
}

function Progress({ status }: { status: ImportStatus }) {
  const { ok, failed, skipped, lines, isPlanned, rate, secondsLeft, state, startedMs, finishedMs, isDryRun } = status
  const done = ok + failed + skipped
  const label = t(isPlanned ? 'rowsOf' : 'rowsOfSoFar', { done, n: lines })
  return (
    <>
      <Figures
        figures={[
          { name: t(isDryRun ? 'wouldBeTried' : 'outcome.ok'), value: number(ok) },
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
            : { name: t('took'), value: finishedMs ? duration(finishedMs - startedMs) : '–' },
        ]}
      />
      <div class={s.live}>
        <RowsBar {...{ ok, failed, skipped, lines }} label={label} />
        <div class={s.legend}>
          <span class="number">{label}</span>
          {status.stages && <Stages stages={status.stages} />}
        </div>
      </div>
    </>
  )
}

/** Where the time of a picture goes, so that one sees what would make the import faster. */
function Stages({ stages }: { stages: ImportStages }) {
  const parts = (['readMs', 'waitMs', 'decodeMs', 'embedMs', 'storeMs'] as const)
    .map((stage) => `${t(`stage.${stage}`)} ${duration(stages[stage])}`)
    .join(' · ')
  return (
    <span class="number" title={t('stagesText')}>
      {t('aPicture')}: {parts}
    </span>
  )
}
