import type { Histogram, MetricValueWithName, Registry } from 'prom-client'

/** One set of labels of a histogram: plain numbers, so that an observation costs no look-up of its labels. */
export class Series {
  readonly labels: Readonly<Record<string, string>>
  readonly #bounds: readonly number[]
  readonly #counts: Float64Array
  #sum = 0

  constructor(labels: Readonly<Record<string, string>>, bounds: readonly number[]) {
    this.labels = labels
    this.#bounds = bounds
    // The last one counts what is above every bound.
    this.#counts = new Float64Array(bounds.length + 1)
  }

  observe(value: number): void {
    const bounds = this.#bounds
    let at = 0
    while (at < bounds.length && value > (bounds[at] as number)) at++
    this.#counts[at] = (this.#counts[at] as number) + 1
    this.#sum += value
  }

  values(name: string): MetricValueWithName<string>[] {
    const { labels } = this
    let count = 0
    const buckets = [...this.#counts].map((seen, at) => {
      count += seen
      return { metricName: `${name}_bucket`, labels: { ...labels, le: this.#bounds[at] ?? '+Inf' }, value: count }
    })
    const sum = { metricName: `${name}_sum`, labels, value: this.#sum }
    return [...buckets, sum, { metricName: `${name}_count`, labels, value: count }]
  }
}

/** A histogram of Prometheus whose series are kept by those who observe. */
export interface Family {
  /** A new series; ask once for each set of labels. */
  series(labels: Readonly<Record<string, string>>): Series
}

/** @param bounds upper bounds of the buckets, ascending, in the unit of the name */
export const histogram = (
  registry: Registry,
  { name, help, bounds }: { name: string; help: string; bounds: readonly number[] },
): Family => {
  const all: Series[] = []
  const get = async () => ({ name, help, type: 'histogram', values: all.flatMap((one) => one.values(name)) })
  // What a registry asks of a metric; the library's types want its own classes.
  registry.registerMetric({ name, get } as unknown as Histogram)
  return {
    series: (labels) => {
      const made = new Series(labels, bounds)
      all.push(made)
      return made
    },
  }
}
