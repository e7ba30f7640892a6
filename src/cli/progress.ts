/** A progress bar on stderr, for a terminal only. */

export interface Progress {
  readonly done: number
  /** Absent = not known yet. */
  readonly total?: number
  /** Things a second; 0 = not known. */
  readonly rate?: number
  readonly secondsLeft?: number
  /** More words at the end of the line. */
  readonly note?: string
}

export interface ProgressBar {
  show(progress: Progress): void
  /** Takes the bar away. */
  clear(): void
}

interface Terminal {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

const BAR = 24

/** @param unit what is counted: `rows`, `pictures` */
export function progressBar(label: string, unit: string, terminal: Terminal = process.stderr): ProgressBar {
  if (!terminal.isTTY) return { show() {}, clear() {} }
  return {
    show(progress) {
      const line = renderProgress(label, unit, progress)
      terminal.write(`\r\u001b[K${line.slice(0, (terminal.columns ?? 80) - 1)}`)
    },
    clear() {
      terminal.write('\r\u001b[K')
    },
  }
}

export function renderProgress(
  label: string,
  unit: string,
  { done, total, rate, secondsLeft, note }: Progress,
): string {
  const share = total ? Math.min(1, done / total) : 0
  const full = Math.round(share * BAR)
  return [
    `${label} [${'█'.repeat(full)}${'░'.repeat(BAR - full)}]`,
    total ? `${Math.floor(share * 100)} %` : '',
    `${done}${total ? `/${total}` : ''} ${unit}`,
    rate ? `${Math.round(rate)}/s` : '',
    secondsLeft !== undefined && done !== total ? `${duration(secondsLeft)} left` : '',
    note ?? '',
  ]
    .filter(Boolean)
    .join('  ')
}

/** `42 s`, `3 min 20 s`, `2 h 5 min`. */
export function duration(seconds: number): string {
  const s = Math.round(seconds)
  if (s < 60) return `${s} s`
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`
  return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`
}
