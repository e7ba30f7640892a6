import { number } from '../i18n/index.ts'
import s from './bars.module.css'

/** Counts by name as bars; choosing one filters what stands below. */
export function CauseBars({
  counts,
  name,
  chosen,
  isSkipped,
  onChoose,
}: {
  counts: readonly (readonly [key: string, count: number])[]
  name: (key: string) => string
  chosen: string
  /** Rows of this cause were skipped and did not fail. */
  isSkipped?: (key: string) => boolean
  onChoose: (key: string) => void
}) {
  const most = Math.max(1, ...counts.map(([, count]) => count))
  return (
    <div class={s.bars}>
      {counts.map(([key, count]) => (
        <button
          key={key}
          type="button"
          aria-pressed={key === chosen}
          onClick={() => onChoose(key === chosen ? '' : key)}
        >
          <span>{name(key)}</span>
          <svg class={s.bar} viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
            <rect width="100" height="8" class={s.rest} />
            <rect width={(100 * count) / most} height="8" class={isSkipped?.(key) ? s.skipped : s.failed} />
          </svg>
          <span class="number">{number(count)}</span>
        </button>
      ))}
    </div>
  )
}

/** How far an import is: done, failed, skipped, still to come. */
export function RowsBar({
  ok,
  failed,
  skipped,
  lines,
  label,
}: {
  ok: number
  failed: number
  skipped: number
  lines: number
  label: string
}) {
  const all = Math.max(1, lines)
  const widths = [ok, skipped, failed].map((count) => (100 * count) / all)
  const classes = [s.ok, s.skipped, s.failed]
  let x = 0
  return (
    <svg class={s.progress} viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label={label}>
      {widths.map((width, i) => {
        const from = x
        x += width
        return <rect key={classes[i]} x={from} width={width} height="6" class={classes[i]} />
      })}
    </svg>
  )
}
