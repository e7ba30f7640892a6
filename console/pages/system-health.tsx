import { Link } from 'wouter-preact'
import { label, type Sample, sum, useMetrics, useReadiness } from '../api/health.ts'
import { useInstances } from '../api/instances.ts'
import { useSignedIn } from '../api/session.ts'
import { bytes, duration, number, percent, t } from '../i18n/index.ts'
import { Badge, Card, Failure, Figures, Loading, Note } from '../parts/page.tsx'
import table from '../parts/table.module.css'
import { TableScroll } from '../parts/table-scroll.tsx'
import { type Point, TimePlot } from '../parts/time-plot.tsx'
import s from './system.module.css'

const REQUESTS = 'sightline_requests_total'

export function HealthPage() {
  const { version } = useSignedIn()
  const ready = useReadiness()
  const metrics = useMetrics()
  const instances = useInstances()
  const samples = metrics.data ?? []
  const last = samples.at(-1)
  if (metrics.isPending) return <Loading />
  if (!last) return <Failure error={metrics.error} onRetry={() => metrics.refetch()} />
  const requests = sum(last, REQUESTS)
  const errors = sum(last, REQUESTS, (labels) => !/code="[23]\d\d"/.test(labels))
  return (
    <div class={s.stack}>
      {ready.data && !ready.data.isReady && <Note isWarning>{ready.data.reason}</Note>}
      <Figures
        figures={[
          {
            name: t('status'),
            value: ready.data?.isReady ? t('ready') : t('notReady'),
            note: `${t('version')} ${version}`,
          },
          { name: t('images'), value: number(sum(last, 'sightline_images')) },
          { name: t('requests'), value: number(requests), note: t('sinceStart') },
          { name: t('errorsShare'), value: percent(requests ? errors / requests : 0, 1), note: t('sinceStart') },
          {
            name: t('workers'),
            value: number(sum(last, 'sightline_vision_pictures', (labels) => labels.includes('"workers"'))),
            note: t('waitingPictures', {
              n: sum(last, 'sightline_vision_pictures', (labels) => labels.includes('"waiting"')),
            }),
          },
        ]}
      />
      <Card title={t('figures')}>
        <div class={s.plots}>
          <TimePlot
            name={t('requestsASecond')}
            points={rates(samples, (sample) => sum(sample, REQUESTS))}
            format={(value) => number(value, 1)}
          />
          <TimePlot name={t('latency')} points={latencies(samples)} format={duration} />
          <TimePlot
            name={t('memory')}
            points={samples.map((sample) => ({
              atMs: sample.atMs,
              value: sum(sample, 'process_resident_memory_bytes'),
            }))}
            format={bytes}
          />
        </div>
      </Card>
      <Card title={t('indexState')} isFlush>
        <TableScroll label={t('indexState')}>
          <table class={table.table}>
            <thead>
              <tr>
                <th>{t('instance')}</th>
                <th>{t('model')}</th>
                <th class={table.right}>{t('images')}</th>
                <th>{t('status')}</th>
              </tr>
            </thead>
            <tbody>
              {instances.data?.instances.map(({ name, model, images }) => {
                const pending = sum(last, 'sightline_index_pending_changes', (labels) =>
                  labels.includes(`instance="${name}"`),
                )
                return (
                  <tr key={name}>
                    <td class={table.strong}>
                      <Link href={`/instances/${name}`}>{name}</Link>
                    </td>
                    <td class="mono">{model}</td>
                    <td class={table.right}>{number(images)}</td>
                    <td>
                      <Badge tone="good">{t('ready')}</Badge>{' '}
                      {pending > 0 && <span class="muted">{t('behind', { n: pending })}</span>}
                    </td>
                  </tr>
                )
              })}
            </tbody>
          </table>
        </TableScroll>
      </Card>
      <Card title={t('requestsByAction')} isFlush>
        <ActionTable sample={last} />
      </Card>
    </div>
  )
}

/** How often and how fast each action was answered since the start. */
function ActionTable({ sample }: { sample: Sample }) {
  const prefix = 'sightline_request_seconds_count'
  const rows = [...sample.values]
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, count]) => {
      const action = label(key, 'action')
      const isIt = (labels: string) => label(labels, 'action') === action
      const seconds = sum(sample, 'sightline_request_seconds_sum', isIt)
      const errors = sum(sample, REQUESTS, (labels) => isIt(labels) && !/code="[23]\d\d"/.test(labels))
      return { action, count, meanMs: (1000 * seconds) / count, errors }
    })
    .sort((a, b) => b.count - a.count)
    .slice(0, 20)
  return (
    <TableScroll label={t('requestsByAction')}>
      <table class={table.table}>
        <thead>
          <tr>
            <th>{t('action')}</th>
            <th class={table.right}>{t('requests')}</th>
            <th class={table.right}>{t('latency')}</th>
            <th class={table.right}>{t('errorsShare')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ action, count, meanMs, errors }) => (
            <tr key={action}>
              <td class="mono">{action}</td>
              <td class={table.right}>{number(count)}</td>
              <td class={table.right}>{duration(meanMs)}</td>
              <td class={table.right}>{errors ? number(errors) : <span class="muted">0</span>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableScroll>
  )
}

/** Change a second between neighbouring samples; a restart of the server counts as none. */
function rates(samples: readonly Sample[], read: (sample: Sample) => number): Point[] {
  return samples.slice(1).map((sample, i) => {
    const before = samples[i] ?? sample
    const seconds = (sample.atMs - before.atMs) / 1000
    return { atMs: sample.atMs, value: Math.max(0, read(sample) - read(before)) / Math.max(0.001, seconds) }
  })
}

function latencies(samples: readonly Sample[]): Point[] {
  const read = (sample: Sample) => ({
    seconds: sum(sample, 'sightline_request_seconds_sum'),
    count: sum(sample, 'sightline_request_seconds_count'),
  })
  return samples.slice(1).map((sample, i) => {
    const now = read(sample)
    const before = read(samples[i] ?? sample)
    const count = now.count - before.count
    return { atMs: sample.atMs, value: count > 0 ? (1000 * (now.seconds - before.seconds)) / count : 0 }
  })
}
