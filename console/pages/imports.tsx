import { Link, useLocation, useSearchParams } from 'wouter-preact'
import { type ImportStatus, isEnded, SKIPPED, useImports } from '../api/imports.ts'
import type { Instance } from '../api/instances.ts'
import { useMay } from '../api/session.ts'
import { duration, fullMoment, moment, named, number, t } from '../i18n/index.ts'
import { CauseBars, RowsBar } from '../parts/bars.tsx'
import { LinkButton } from '../parts/button.tsx'
import { CheckField } from '../parts/field.tsx'
import { ImportBars } from '../parts/import-bars.tsx'
import { Badge, Card, Empty, Failure, Loading, Pager, StateBadge } from '../parts/page.tsx'
import table from '../parts/table.module.css'
import { TableScroll } from '../parts/table-scroll.tsx'
import s from './imports.module.css'

const PAGE = 20

/** Import history of an instance, newest first. */
export default function ImportsPage({ instance }: { instance: Instance }) {
  const { name } = instance
  const [params, setParams] = useSearchParams()
  const start = Number(params.get('start') ?? 0)
  const dryRuns = params.has('dry')
  const { data, error, isPending, refetch } = useImports(name, { limit: PAGE, start, ...(dryRuns && { dryRuns }) })
  const address = (to: number, dry: boolean) =>
    setParams({ ...(to > 0 && { start: String(to) }), ...(dry && { dry: '' }) })
  const may = useMay(name)
  if (isPending) return <Loading />
  if (error) return <Failure error={error} onRetry={() => refetch()} />
  if (data.total === 0 && !dryRuns) {
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
    <div class={s.page}>
      <Card
        title={t('importHistory')}
        actions={<CheckField label={t('showDryRuns')} isOn={dryRuns} onToggle={(isOn) => address(0, isOn)} />}
        isFlush
      >
        <ImportBars imports={data.imports} base={`/instances/${name}/imports`} />
        <TableScroll label={t('importHistory')}>
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
        </TableScroll>
        <Pager
          start={start}
          limit={PAGE}
          shown={data.imports.length}
          total={data.total}
          onStart={(to) => address(to, dryRuns)}
        />
      </Card>
      <Causes imports={data.imports} base={`/instances/${name}/imports`} />
    </div>
  )
}

/** Why rows failed in the imports that are shown; a cause leads to its rows in the latest of them. */
function Causes({ imports, base }: { imports: readonly ImportStatus[]; base: string }) {
  const [, go] = useLocation()
  const counts = new Map<string, number>()
  for (const { causes } of imports) {
    for (const [code, count] of Object.entries(causes)) counts.set(code, (counts.get(code) ?? 0) + count)
  }
  if (counts.size === 0) return null
  return (
    <Card title={t('causesOfShown')}>
      <CauseBars
        counts={[...counts].sort((a, b) => b[1] - a[1])}
        name={(code) => named('cause', code)}
        chosen=""
        isSkipped={(key) => SKIPPED.has(key)}
        onChoose={(code) => {
          const latest = imports.find(({ causes }) => causes[code])
          if (latest) go(`${base}/${latest.id}?code=${encodeURIComponent(code)}`)
        }}
      />
    </Card>
  )
}

function ImportRow({ one, href }: { one: ImportStatus; href: string }) {
  const { id, state, ok, failed, skipped, lines, bucket, path, createdMs, startedMs, finishedMs, rate, isDryRun } = one
  const done = ok + failed + skipped
  return (
    <tr>
      <td class={table.tight}>
        <Link class={s.link} href={href}>
          #{id}
        </Link>
      </td>
      <td class={table.tight}>
        {isDryRun && state === 'done' ? <Badge>{t('dryRun')}</Badge> : <StateBadge state={state} failed={failed} />}
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
            ? duration(finishedMs - startedMs)
            : '–'
          : state === 'running'
            ? t('rowsASecond', { n: Math.round(rate) })
            : '–'}
      </td>
    </tr>
  )
}
