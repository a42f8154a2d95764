import '@mantine/core/styles/ColorSwatch.css'
import '@mantine/core/styles/Paper.css'
import '@mantine/charts/styles.css'
import { BarChart } from '@mantine/charts'
import type { UsageFilter } from '../../app/queries.ts'
import type { Usage } from '../../app/views.ts'
import { count } from '../../ui/format.ts'
import { fillTimes } from './usage-rows.ts'

const series = [
  { name: 'promptTokens', label: 'Prompt tokens', color: 'var(--chart-prompt)' },
  { name: 'completionTokens', label: 'Completion tokens', color: 'var(--chart-completion)' },
]

const pointsOf = (usage: Usage, filter: UsageFilter) => {
  if (filter.groupBy === 'model' || filter.groupBy === 'key')
    return usage.rows.map((row) => ({
      name: (filter.groupBy === 'model' ? row.model : (row.keyName ?? row.keyId)) ?? 'none',
      promptTokens: row.promptTokens,
      completionTokens: row.completionTokens,
    }))
  return fillTimes(usage.rows, filter).map(({ at, promptTokens, completionTokens }) => ({
    name: filter.groupBy === 'hour' ? `${at.slice(5, 10)} ${at.slice(11, 16)}` : at.slice(0, 10),
    promptTokens,
    completionTokens,
  }))
}

/** Tokens as bars. The table below the chart says the same in words. */
export const UsageChart = ({ usage, filter }: { usage: Usage; filter: UsageFilter }) => (
  <figure className="chart-space" aria-label={`Tokens by ${filter.groupBy}; the table below has the same numbers`}>
    <BarChart
      h={280}
      data={pointsOf(usage, filter)}
      dataKey="name"
      type="stacked"
      series={series}
      withLegend
      tickLine="none"
      gridAxis="x"
      valueFormatter={count}
      yAxisProps={{ width: 64 }}
      barProps={{ isAnimationActive: false }}
      barChartProps={{ accessibilityLayer: false }}
    />
  </figure>
)
