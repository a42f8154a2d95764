import type { Usage } from '../api-types.ts'
import { choiceFlag, command, switchFlag, textFlag } from '../command.ts'
import { price } from '../money.ts'
import { currentOrganisation, currentProject } from '../place.ts'
import type { Session } from '../session.ts'
import type { Column } from '../table.ts'
import { renderTable } from '../table.ts'
import { momentBefore, shownTime } from '../time.ts'

const grouped = (number: number): string => number.toLocaleString('en')

const heads = {
  hour: { title: 'HOUR (UTC)', value: (row: Usage['rows'][number]) => row.at?.slice(0, 16).replace('T', ' ') ?? '-' },
  day: { title: 'DAY (UTC)', value: (row: Usage['rows'][number]) => row.at?.slice(0, 10) ?? '-' },
  model: { title: 'MODEL', value: (row: Usage['rows'][number]) => row.model ?? '-', mayShrink: true },
  key: { title: 'KEY', value: (row: Usage['rows'][number]) => row.keyName ?? row.keyId ?? '-', mayShrink: true },
}

const usageText = (session: Session, usage: Usage, by: keyof typeof heads): string => {
  const { totals, currency } = usage
  const columns: Column<Usage['rows'][number]>[] = [
    heads[by],
    { title: 'REQUESTS', value: (row) => grouped(row.requests), right: true },
    { title: 'FAILED', value: (row) => grouped(row.failedRequests), right: true },
    { title: 'PROMPT TOKENS', value: (row) => grouped(row.promptTokens), right: true },
    { title: 'COMPLETION TOKENS', value: (row) => grouped(row.completionTokens), right: true },
    { title: 'COST', value: (row) => price(row.costMicros, currency), right: true },
  ]
  const table =
    usage.rows.length === 0
      ? ''
      : `\n${renderTable(usage.rows, columns, { columns: session.world.terminal.columns, heading: session.paint.dim })}`
  return `${shownTime(usage.since)} to ${shownTime(usage.until)}
${session.paint.bold(grouped(totals.requests))} ${totals.requests === 1 ? 'request' : 'requests'} (${grouped(totals.failedRequests)} failed${totals.batchRequests === 0 ? '' : `, ${grouped(totals.batchRequests)} in batches at half the price`}), ${session.paint.bold(grouped(totals.promptTokens))} prompt and ${session.paint.bold(grouped(totals.completionTokens))} completion tokens, ${price(totals.costMicros, currency)}
${table}`
}

export const usage = command({
  summary: 'Show what was used: requests, tokens, cost',
  details:
    'Shows what was used, by hour, day, model or key, as it was booked: the same numbers as the console and the bill.',
  flags: {
    since: textFlag('--since <when>', 'from: a span back such as 7d, a UTC date, or an instant (30d)'),
    until: textFlag('--until <when>', 'up to, likewise (now)'),
    by: choiceFlag('--by <group>', 'one row per (day)', ['hour', 'day', 'model', 'key']),
    model: textFlag('--model <id>', 'only this model'),
    key: textFlag('--key <id>', 'only this key'),
    wholeOrganisation: switchFlag('--whole-organisation', 'every project of the organisation'),
  },
  takes: ['project'],
  examples: [
    ['avow usage --since 7d', 'the last week, by day'],
    ['avow usage --since 2026-01-01 --by model --json', 'for a spreadsheet or a script'],
  ],
  run: async (session, input) => {
    const now = session.world.now()
    const by = input.by ?? 'day'
    const query = {
      groupBy: by,
      since: momentBefore(input.since ?? '30d', now).toISOString(),
      ...(input.until === undefined ? {} : { until: momentBefore(input.until, now).toISOString() }),
      ...(input.model === undefined ? {} : { model: input.model }),
      ...(input.key === undefined ? {} : { keyId: input.key }),
    }
    const result = input.wholeOrganisation
      ? await session.must(
          session.api().GET('/api/v1/organisations/{organisationId}/usage', {
            params: { path: { organisationId: await currentOrganisation(session) }, query },
          }),
        )
      : await session.must(
          session.api().GET('/api/v1/projects/{projectId}/usage', {
            params: { path: { projectId: await currentProject(session) }, query },
          }),
        )
    session.print(result, () => usageText(session, result, by))
    if (!session.common.json && result.rows.length === 0)
      session.note('Nothing was used in this time. A first request: avow chat "Hello"')
  },
})
