import type { Answered } from '../../api-types.ts'
import { command, one } from '../../command.ts'
import type { Palette } from '../../terminal.ts'
import { harmless } from '../../terminal.ts'
import { shownTime } from '../../time.ts'

type Clause = Answered<'/api/v1/privacy/clauses/{clauseId}', 'get', 200>

const ruleText = ({ rule, gate, says, needs, check }: Clause['rules'][number], paint: Palette): string =>
  [
    `  ${harmless(rule)}`,
    `    ${paint.dim(harmless(says))}`,
    `    gate: ${gate}; ${check === null ? `no check yet, it waits for: ${needs}` : `checked by ${check}`}`,
  ].join('\n')

const evidenceText = ({ at, gate, decision, rule, counted, treeIndex }: Clause['evidence'][number]): string => {
  const place = treeIndex === null ? 'not in the log yet' : `leaf ${treeIndex} of the evidence log`
  return `  ${shownTime(at)}  ${gate} ${decision}${rule === null ? '' : ` ${harmless(rule)}`}${counted === null ? '' : `, ${counted} counted`}; ${place}`
}

const shown = (clause: Clause, paint: Palette): string => {
  const checked = clause.checkedAt === null ? 'not checked yet' : `checked ${shownTime(clause.checkedAt)}`
  return `${[
    `${paint.bold(clause.id)}  ${harmless(clause.promise)}`,
    '',
    `${paint.bold(clause.state)} (${clause.kind}), ${checked}`,
    ...(clause.figure === null ? [] : [`Found: ${harmless(clause.figure)}`]),
    ...(clause.reason === null ? [] : [`Because: ${harmless(clause.reason)}`]),
    '',
    paint.bold('Rules'),
    ...clause.rules.map((rule) => ruleText(rule, paint)),
    '',
    paint.bold('Newest decisions of these gates'),
    ...(clause.evidence.length === 0 ? ['  none'] : clause.evidence.map(evidenceText)),
  ].join('\n')}\n`
}

export const explainClause = command({
  summary: 'Explain a clause: its rules, their gates and checks, the last result, the evidence',
  args: { clause: one('id of a clause, such as START-26') },
  examples: [['avow policy explain START-26', 'why it is kept']],
  run: async (session, { clause }) => {
    const found = await session.must(
      session.api().GET('/api/v1/privacy/clauses/{clauseId}', { params: { path: { clauseId: clause } } }),
    )
    session.print(found, () => shown(found, session.paint))
  },
})
