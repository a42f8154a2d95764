import type { Report } from './api-types.ts'
import type { Palette } from './terminal.ts'
import { harmless } from './terminal.ts'
import { shownTime } from './time.ts'

type Clause = Report['clauses'][number]
/** Worst first: what needs a person is at the top. */
const order = ['broken', 'unproven', 'attested', 'informed', 'kept'] as const
const marks: Record<Clause['state'], string> = { broken: '✗', unproven: '?', attested: '§', informed: 'i', kept: '✓' }

const paintState = (paint: Palette, state: Clause['state']): ((text: string) => string) =>
  ({ kept: paint.green, broken: paint.red, unproven: paint.yellow, attested: paint.blue, informed: paint.dim })[state]

const clauseText = (clause: Clause, paint: Palette): string => {
  const colour = paintState(paint, clause.state)
  const details = [
    clause.check === null
      ? undefined
      : `checked by ${clause.check}${clause.figure === null ? '' : `: ${clause.figure}`}`,
    clause.reason ?? undefined,
  ].filter((line) => line !== undefined)
  return [
    `${colour(`${marks[clause.state]} ${clause.state.padEnd(8)}`)} ${paint.bold(harmless(clause.id))}  ${harmless(clause.promise)}`,
    ...details.map((line) => `             ${paint.dim(harmless(line))}`),
  ].join('\n')
}

/** The report as a person reads it, worst first, with the counts at the end. */
export const reportText = (report: Report, paint: Palette): string => {
  const clauses = order.flatMap((state) => report.clauses.filter((clause) => clause.state === state))
  const counts = [...order].reverse().map((state) => paintState(paint, state)(`${report.summary[state]} ${state}`))
  return `${clauses.map((clause) => clauseText(clause, paint)).join('\n')}

${paint.bold(harmless(report.policy))}, checked ${shownTime(report.checkedAt)}: ${counts.join(', ')}
`
}
