import { Link, useSearchParams } from 'wouter-preact'
import { type ImportStatus, isEnded, useImports } from '../api/imports.ts'
import type { Instance } from '../api/instances.ts'
import { useMay } from '../api/session.ts'
import { duration, fullMoment, moment, number, t } from '../i18n/index.ts'
import { RowsBar } from '../parts/bars.tsx'
import { LinkButton } from '../parts/button.tsx'
import { ImportBars } from '../parts/import-bars.tsx'
import { Card, Empty, Failure, Loading, Pager, StateBadge } from '../parts/page.tsx'
import table from '../parts/table.module.css'
import s from './imports.module.css'

const PAGE = 20

/** Import history of an instance, newest first. */
export default function ImportsPage({ instance }: { instance: Instance }) {
  const { name } = instance
  const [params, setParams] = useSearchParams()
  const start = Number(params.get('start') ?? 0)
  const { data, error, isPending, refetch } = useImports(name, { limit: PAGE, start })
  const may = useMay(name)
  if (isPending) return <Loading />
  if (error) return <Failure error={error} onRetry={() => refetch()} />
  if (data.total === 0) {
    return (
      <Card>
        <Empty icon="import" title={t('noImports')} text={t('noImportsText')}>
          {may('IncreaseInstance') && (
            <LinkButton look="primary" href={`/instances/${name}/imports/new`}>
              {t('import')}
            </LinkButton>
          )}
        </Empty>
      </Card>
    )
  }
  return (
    <Card title={t('importHistory')} isFlush>
      <ImportBars imports={data.imports} base={`/instances/${name}/imports`} />
      <div class={table.scroll}>
        <table class={table.table}>
          <thead>
            <tr>
              <th>{t('import')}</th>
              <th>{t('status')}</th>
              <th>{t('progress')}</th>
              <th class={table.right}>{t('outcome.ok')}</th>
              <th class={table.right}>{t('outcome.failed')}</th>
              <th class={table.right}>{t('outcome.skipped')}</th>
              <th>{t('source')}</th>
              <th>{t('started')}</th>
              <th>{t('took')}</th>
            </tr>
          </thead>
          <tbody>
            {data.imports.map((one) => (
              <ImportRow key={one.id} one={one} href={`/instances/${name}/imports/${one.id}`} />
            ))}
          </tbody>
        </table>
      </div>
      <Pager
        start={start}
        limit={PAGE}
        shown={data.imports.length}
        total={data.total}
        onStart={(to) => setParams(to ? { start: String(to) } : {})}
      />
    </Card>
  )
}

function ImportRow({ one, href }: { one: ImportStatus; href: string }) {
  const { id, state, ok, failed, skipped, lines, bucket, path, createdMs, finishedMs, rate } = one
  const done = ok + failed + skipped
  return (
    <tr>
      <td class={table.tight}>
        <Link class={s.link} href={href}>
          #{id}
        </Link>
      </td>
      <td class={table.tight}>
        <StateBadge state={state} failed={failed} />
      </td>
      <td>
        <div class={s.progress}>
          <RowsBar {...{ ok, failed, skipped, lines }} label={t('rowsOf', { done, n: lines })} />
          <span class={s.hint}>
            {number(done)} / {number(lines)}
          </span>
        </div>
      </td>
      <td class={table.right}>{number(ok)}</td>
      <td class={table.right}>{failed > 0 ? <strong>{number(failed)}</strong> : number(failed)}</td>
      <td class={table.right}>{number(skipped)}</td>
      <td class="mono">
        {bucket}
        {path}
      </td>
      <td class={table.tight} title={fullMoment(createdMs)}>
        {moment(createdMs)}
      </td>
      <td class={table.tight}>
        {isEnded(one)
          ? finishedMs
            ? duration(finishedMs - createdMs)
            : '–'
          : t('rowsASecond', { n: Math.round(rate) })}
      </td>
    </tr>
  )
}
