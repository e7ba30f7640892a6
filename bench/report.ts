/**
 * What a benchmark prints: a row a figure, each beside the bound that it is held to, as a table and as JSON.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'

export interface Figure {
  readonly name: string
  readonly value: number
  readonly unit: string
  /** Bound that the figure must keep; absent = shown for information. */
  readonly atLeast?: number
  readonly atMost?: number
}

export function keeps(figure: Figure): boolean {
  return figure.value >= (figure.atLeast ?? -Infinity) && figure.value <= (figure.atMost ?? Infinity)
}

export function machine(): string {
  return `${cpus().length} cores (${cpus()[0]?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`
}

/** Prints the table of one benchmark and writes it to `bench/results/<name>.json`. Says whether all bounds are kept. */
export function report(name: string, figures: readonly Figure[]): boolean {
  const width = Math.max(...figures.map((figure) => figure.name.length))
  console.log(`\n${name} on ${machine()}`)
  for (const figure of figures) {
    const bound =
      figure.atLeast !== undefined
        ? `at least ${figure.atLeast}`
        : figure.atMost !== undefined
          ? `at most ${figure.atMost}`
          : ''
    const verdict = bound === '' ? '' : keeps(figure) ? 'kept' : 'NOT KEPT'
    console.log(
      `  ${figure.name.padEnd(width)}  ${format(figure.value).padStart(9)} ${figure.unit.padEnd(8)} ${bound.padEnd(16)} ${verdict}`,
    )
  }
  const folder = new URL('./results/', import.meta.url)
  mkdirSync(folder, { recursive: true })
  const result = { name, at: new Date().toISOString(), machine: machine(), figures }
  writeFileSync(new URL(`${name}.json`, folder), `${JSON.stringify(result, null, 2)}\n`)
  return figures.every(keeps)
}

function format(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(3)
}

/** Value below which the share `p` (0..1) of the sorted values lies. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? Number.NaN
}
