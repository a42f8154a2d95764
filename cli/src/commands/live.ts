import type { Answered } from '../api-types.ts'
import { choiceFlag, command, switchFlag } from '../command.ts'
import { usageFailure } from '../failure.ts'
import { currentProject } from '../place.ts'
import type { Session } from '../session.ts'
import type { Column } from '../table.ts'
import { renderTable } from '../table.ts'

type Live = Answered<'/api/v1/projects/{projectId}/live', 'get', 200>
type Row = Live['rows'][number]

const grouped = (number: number): string => number.toLocaleString('en')

const seconds = (ms: number): string => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`)
const times = (of: Live['totals']['firstTokenMs']): string =>
  of === null ? '-' : `${seconds(of.p50)} / ${seconds(of.p95)}`

const errorsOf = ({ errors }: Pick<Row, 'errors'>): string =>
  errors.map(({ kind, count }) => `${kind} ${grouped(count)}`).join(', ') || '-'

const heads = {
  model: { title: 'MODEL', value: (row: Row) => row.model ?? '-', mayShrink: true },
  key: { title: 'KEY', value: (row: Row) => row.keyName ?? row.keyId ?? '-', mayShrink: true },
  endpoint: { title: 'ENDPOINT', value: (row: Row) => row.endpoint ?? '-' },
}

const columnsOf = (by: keyof typeof heads): Column<Row>[] => [
  heads[by],
  { title: 'NOW', value: (row) => grouped(row.inFlight), right: true },
  { title: 'REQUESTS', value: (row) => grouped(row.requests), right: true },
  { title: 'REFUSED', value: (row) => grouped(row.refused), right: true },
  { title: 'FIRST TOKEN P50/P95', value: (row) => times(row.firstTokenMs), right: true },
  { title: 'QUEUE P50/P95', value: (row) => times(row.queuedMs), right: true },
  {
    title: 'TOKENS/S',
    value: (row) => (row.tokensPerSecond === null ? '-' : String(row.tokensPerSecond)),
    right: true,
  },
  { title: 'ERRORS', value: errorsOf, mayShrink: true },
]

const liveText = (session: Session, live: Live, by: keyof typeof heads): string => {
  const { totals, windowSeconds } = live
  const { bold } = session.paint
  const head = `The last ${windowSeconds} s: ${bold(grouped(totals.requests))} ${totals.requests === 1 ? 'request' : 'requests'}, ${bold(grouped(totals.inFlight))} at a model now, ${grouped(totals.refused)} refused, ${grouped(totals.promptTokens)} prompt and ${grouped(totals.completionTokens)} completion tokens\n`
  if (live.rows.length === 0) return head
  return `${head}\n${renderTable(live.rows, columnsOf(by), { columns: session.world.terminal.columns, heading: session.paint.dim })}`
}

export const live = command({
  summary: 'Show the last minutes: requests, errors, times, speed',
  details:
    'What came in the last five to six minutes, out of the memory of the server that answers: nothing of it is stored, and a restart begins anew. For what was booked, see avow usage.',
  flags: {
    by: choiceFlag('--by <group>', 'one row per (model)', ['model', 'key', 'endpoint']),
    wholeCloud: switchFlag('--whole-cloud', 'every organisation together, by model or endpoint; for operators'),
  },
  takes: ['project'],
  examples: [
    ['avow live', 'of the project, by model'],
    ['avow live --by key --json', 'for a script'],
    ['avow live --whole-cloud', 'of everyone'],
  ],
  run: async (session, { by = 'model', wholeCloud }) => {
    if (wholeCloud && by === 'key')
      throw usageFailure('Whose calls they are is not told', 'Take --by model or endpoint.')
    const result = wholeCloud
      ? await session.must(
          session.api().GET('/api/v1/operate/live', {
            params: { query: { groupBy: by === 'endpoint' ? by : 'model' } },
          }),
        )
      : await session.must(
          session.api().GET('/api/v1/projects/{projectId}/live', {
            params: { path: { projectId: await currentProject(session) }, query: { groupBy: by } },
          }),
        )
    session.print(result, () => liveText(session, result, by))
    if (!session.common.json && result.rows.length === 0)
      session.note('Nothing was called in these minutes. A first request: avow chat "Hello"')
  },
})
