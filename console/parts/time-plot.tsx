import { duration, t } from '../i18n/index.ts'
import s from './time-plot.module.css'

export interface Point {
  readonly atMs: number
  readonly value: number
}

const WIDTH = 400
const HEIGHT = 90

/** A figure over the last minutes: its shape, its value now, its highest. */
export function TimePlot({
  name,
  points,
  format,
}: {
  name: string
  points: readonly Point[]
  format: (value: number) => string
}) {
  const first = points[0]
  const last = points.at(-1)
  const most = Math.max(...points.map(({ value }) => value), 0)
  const span = Math.max(1, (last?.atMs ?? 0) - (first?.atMs ?? 0))
  const places = points.map(({ atMs, value }) => {
    const x = (WIDTH * (atMs - (first?.atMs ?? 0))) / span
    return `${x.toFixed(1)},${(HEIGHT - (HEIGHT * value) / (most || 1)).toFixed(1)}`
  })
  const now = last ? format(last.value) : '–'
  return (
    <figure class={s.plot}>
      <figcaption class={s.head}>
        <span class="muted">{name}</span>
        <span class={s.value}>{now}</span>
      </figcaption>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={t('plotLabel', { name, now, most: format(most) })}
      >
        <line x1="0" x2={WIDTH} y1={HEIGHT} y2={HEIGHT} class={s.ground} />
        {places.length > 1 && (
          <>
            <polygon points={`0,${HEIGHT} ${places.join(' ')} ${WIDTH},${HEIGHT}`} class={s.area} />
            <polyline points={places.join(' ')} class={s.line} />
          </>
        )}
      </svg>
      <div class={s.foot}>
        <span>{places.length > 1 ? t('ago', { time: duration(span) }) : t('collecting')}</span>
        <span>{t('atMost', { value: format(most) })}</span>
      </div>
    </figure>
  )
}
