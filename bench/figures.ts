import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'

/** @param share 0.5 for the median, 0.95 for what all but a twentieth stay below */
export const quantile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
export const median = (values: readonly number[]): number => quantile(values, 0.5)
export const rounded = (value: number): number => Math.round(value * 100) / 100

/** Writes `results/NAME.json`, with the machine and its load. */
export const keepResult = (name: string, figures: object): void => {
  const folder = join(import.meta.dirname, 'results')
  const machine = { cpus: cpus().length, model: cpus()[0]?.model, load: loadavg() }
  mkdirSync(folder, { recursive: true })
  writeFileSync(
    join(folder, `${name}.json`),
    `${JSON.stringify({ at: new Date().toISOString(), machine, ...figures }, null, 2)}\n`,
  )
}
