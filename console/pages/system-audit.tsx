import { useState } from 'preact/hooks'
import { useAudit } from '../api/access.ts'
import { fullMoment, moment, t } from '../i18n/index.ts'
import { Badge, Card, Empty, Failure, Loading, Pager } from '../parts/page.tsx'
import table from '../parts/table.module.css'
import { TableScroll } from '../parts/table-scroll.tsx'

const PAGE = 50

/** Who changed what, and what was refused. */
export function AuditPage() {
  // Pages go by id, so the way back is the list of where pages began.
  const [starts, setStarts] = useState<readonly (number | undefined)[]>([undefined])
  const { data, error, isPending, refetch } = useAudit(starts.at(-1), PAGE)
  if (isPending) return <Loading />
  if (error) return <Failure error={error} onRetry={() => refetch()} />
  const { events } = data
  if (events.length === 0 && starts.length === 1) {
    return (
      <Card>
        <Empty icon="access" title={t('auditEmpty')} text={t('auditEmptyText')} />
      </Card>
    )
  }
  return (
    <Card isFlush>
      <TableScroll label={t('audit')}>
        <table class={table.table}>
          <thead>
            <tr>
              <th>{t('when')}</th>
              <th>{t('outcome')}</th>
              <th>{t('action')}</th>
              <th>{t('resource')}</th>
              <th>{t('who')}</th>
              <th>{t('from')}</th>
            </tr>
          </thead>
          <tbody>
            {events.map(({ id, atMs, outcome, action, resource, principal, remoteAddress }) => (
              <tr key={id}>
                <td class={table.tight} title={fullMoment(atMs)}>
                  {moment(atMs)}
                </td>
                <td>
                  <Badge tone={outcome === 'denied' ? 'bad' : 'plain'}>{t(`outcome.${outcome}`)}</Badge>
                </td>
                <td class="mono">{action}</td>
                <td class="mono">{resource}</td>
                <td class="mono">{principal.replace(/^.*:/, '')}</td>
                <td class="mono">{remoteAddress}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
      <Pager
        start={(starts.length - 1) * PAGE}
        limit={PAGE}
        shown={events.length}
        onStart={(to) =>
          setStarts((before) =>
            to > (before.length - 1) * PAGE ? [...before, events.at(-1)?.id] : before.slice(0, -1),
          )
        }
      />
    </Card>
  )
}
