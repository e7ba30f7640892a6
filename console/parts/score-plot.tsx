import { number, t } from '../i18n/index.ts'
import s from './score-plot.module.css'

const BINS = 50
const HEIGHT = 44

/** How many results have which score, and the threshold, which can be dragged or moved by the arrow keys. */
export function ScorePlot({
  scores,
  threshold,
  onThreshold,
}: {
  scores: readonly number[]
  threshold: number
  onThreshold: (threshold: number) => void
}) {
  if (scores.length === 0) return null
  const counts = new Array<number>(BINS).fill(0)
  for (const score of scores) {
    const bin = Math.min(BINS - 1, Math.max(0, Math.floor(score * BINS)))
    counts[bin] = (counts[bin] ?? 0) + 1
  }
  const most = Math.max(...counts)
  const kept = scores.filter((score) => score >= threshold).length
  return (
    <figure class={s.plot}>
      <div class={s.field}>
        <svg
          viewBox={`0 0 ${BINS} ${HEIGHT}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={t('scoreLine', {
            n: scores.length,
            most: number(Math.max(...scores), 2),
            least: number(Math.min(...scores), 2),
          })}
        >
          {counts.map((count, bin) => {
            if (count === 0) return null
            const height = 4 + ((HEIGHT - 4) * count) / most
            const isKept = (bin + 1) / BINS > threshold
            const name = t('scoreBin', { n: count, from: number(bin / BINS, 2), to: number((bin + 1) / BINS, 2) })
            return (
              <rect
                key={bin}
                x={bin + 0.1}
                y={HEIGHT - height}
                width="0.8"
                height={height}
                class={isKept ? s.kept : s.hidden}
              >
                <title>{name}</title>
              </rect>
            )
          })}
          <line x1="0" x2={BINS} y1={HEIGHT} y2={HEIGHT} class={s.ground} />
        </svg>
        <input
          type="range"
          class={s.threshold}
          min="0"
          max="1"
          step="0.01"
          value={threshold}
          aria-label={t('scoreThreshold')}
          onInput={(event) => onThreshold(Number(event.currentTarget.value))}
        />
      </div>
      <div class={s.scale} aria-hidden="true">
        <span>0</span>
        <span>0.5</span>
        <span>1</span>
      </div>
      <figcaption class="muted">
        {threshold > 0
          ? t('thresholdHides', { n: kept, of: scores.length, threshold: number(threshold, 2) })
          : t('scoreFrom')}
      </figcaption>
    </figure>
  )
}
