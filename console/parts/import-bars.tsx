import { Link } from 'wouter-preact'
import type { ImportStatus } from '../api/imports.ts'
import { moment, number, t } from '../i18n/index.ts'
import s from './import-bars.module.css'

const HEIGHT = 60

/** Rows of the last imports, oldest first: done, skipped, failed. */
export function ImportBars({ imports, base }: { imports: readonly ImportStatus[]; base: string }) {
  if (imports.length < 2) return null
  const shown = [...imports].reverse()
  const most = Math.max(1, ...shown.map(({ ok, failed, skipped }) => ok + failed + skipped))
  const first = shown[0]
  return (
    <figure>
      <div class={s.chart}>
        {shown.map((one) => (
          <Link key={one.id} href={`${base}/${one.id}`} title={sentence(one)} aria-label={sentence(one)}>
            <Bar one={one} most={most} />
          </Link>
        ))}
      </div>
      <figcaption class={s.caption}>
        <span>{t('rowsByImport', { since: moment(first?.createdMs ?? 0) })}</span>
        <span class="number">{t('atMost', { value: number(most) })}</span>
      </figcaption>
    </figure>
  )
}

function Bar({ one, most }: { one: ImportStatus; most: number }) {
  const parts = [
    [one.ok, s.ok],
    [one.skipped, s.skipped],
    [one.failed, s.failed],
  ] as const
  let top = HEIGHT
  return (
    <svg viewBox={`0 0 10 ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      {parts.map(([count, look]) => {
        // A few rows among many stay visible.
        const height = count === 0 ? 0 : Math.max(1.5, (HEIGHT * count) / most)
        top -= height
        return <rect key={look} y={top} width="10" height={height} class={look} />
      })}
    </svg>
  )
}

const sentence = ({ id, ok, failed, skipped }: ImportStatus): string =>
  `${t('importNumber', { id: String(id) })}: ${t('rowsDone', { n: ok })}, ${t('rowsFailed', { n: failed })}, ${t('rowsSkipped', { n: skipped })}`
