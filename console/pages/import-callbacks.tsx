import { useState } from 'preact/hooks'
import {
  callbackSecret,
  type ImportCallback,
  type ImportStatus,
  isEnded,
  useCallbacks,
  useRedeliver,
} from '../api/imports.ts'
import type { Instance } from '../api/instances.ts'
import { useMay } from '../api/session.ts'
import { duration, fullMoment, moment, t } from '../i18n/index.ts'
import { Button } from '../parts/button.tsx'
import { Badge, Card, Failure, type Tone } from '../parts/page.tsx'
import table from '../parts/table.module.css'
import { TableScroll } from '../parts/table-scroll.tsx'
import { sayFailure } from '../parts/toast.tsx'
import s from './imports.module.css'

const TONES: Readonly<Record<ImportCallback['state'], Tone>> = { waiting: 'info', delivered: 'good', failed: 'bad' }

/** What the callback address was told, with every try to deliver it. */
export function Deliveries({ status, instance }: { status: ImportStatus; instance: Instance }) {
  const { data, error, refetch } = useCallbacks(status.id, isEnded(status))
  const redeliver = useRedeliver(status.id)
  const may = useMay(instance.name)
  const [secret, setSecret] = useState('')
  const callbacks = [...(data?.callbacks ?? [])].reverse()
  const showSecret = () => callbackSecret(instance.name).then((answer) => setSecret(answer.secret), sayFailure)
  return (
    <Card
      title={t('deliveries')}
      isFlush
      actions={
        may('IncreaseInstance') && (
          <div class={s.actions}>
            {!secret && (
              <Button small icon="key" onClick={showSecret}>
                {t('showSecret')}
              </Button>
            )}
            {callbacks.length > 0 && (
              <Button
                small
                icon="retry"
                disabled={redeliver.isPending}
                onClick={() => redeliver.mutate(undefined, { onError: sayFailure })}
              >
                {t('sendAgain')}
              </Button>
            )}
          </div>
        )
      }
    >
      {secret && (
        <p class={s.pad}>
          <span class="muted">{t('signedWith')}</span> <code>{secret}</code>
        </p>
      )}
      {error && (
        <div class={s.pad}>
          <Failure error={error} onRetry={() => refetch()} />
        </div>
      )}
      {callbacks.length === 0 && (
        <p class={`muted ${s.pad}`}>{t(isEnded(status) ? 'noDeliveries' : 'deliveryAtEnd')}</p>
      )}
      {callbacks.length > 0 && <DeliveryTable callbacks={callbacks} />}
    </Card>
  )
}

function DeliveryTable({ callbacks }: { callbacks: readonly ImportCallback[] }) {
  return (
    <TableScroll label={t('deliveries')}>
      <table class={`${table.table} ${table.stacked}`}>
        <thead>
          <tr>
            <th>{t('status')}</th>
            <th>{t('when')}</th>
            <th class={table.right}>{t('answer')}</th>
            <th class={table.right}>{t('took')}</th>
            <th>{t('whatHappened')}</th>
          </tr>
        </thead>
        <tbody>
          {callbacks.map((one) => (
            <CallbackRows key={one.id} one={one} />
          ))}
        </tbody>
      </table>
    </TableScroll>
  )
}

/** The tries of one callback, newest first; a row of its own while none was made. */
function CallbackRows({ one: { id, state, createdMs, nextMs, deliveries } }: { one: ImportCallback }) {
  const badge = <Badge tone={TONES[state]}>{t(`callback.${state}`)}</Badge>
  if (deliveries.length === 0) {
    return (
      <tr title={id}>
        <td class={table.tight}>{badge}</td>
        <td>{moment(createdMs)}</td>
        <td class={table.right}>–</td>
        <td class={table.right}>–</td>
        <td />
      </tr>
    )
  }
  return [...deliveries].reverse().map(({ atMs, tookMs, status, error }, i) => (
    <tr key={atMs} title={id}>
      <td class={table.tight}>{i === 0 && badge}</td>
      <td class={table.tight} title={fullMoment(atMs)}>
        {moment(atMs)}
      </td>
      <td class={table.right}>{status || '–'}</td>
      <td class={table.right}>{duration(tookMs)}</td>
      <td class={table.whole}>
        {error || t('delivered')}
        {i === 0 && state === 'waiting' && nextMs !== undefined && (
          <span class="muted"> {t('nextTry', { time: moment(nextMs) })}</span>
        )}
      </td>
    </tr>
  ))
}
