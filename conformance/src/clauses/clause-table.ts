import type { DrivenClause, DrivenPolicy } from './drive-policy.ts'

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

const row = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`

/** Those that say that a promise holds. */
const isGood = ({ state }: DrivenClause): boolean => state === 'kept' || state === 'informed' || state === 'attested'

/** Markdown: clause, state, what was done, figure, and what a sabotaged server made of it. */
export const clauseTable = ({ clauses }: DrivenPolicy): string =>
  [
    '| clause | state | what was done from outside | figure of the check, or why not | sabotaged: how, and the state then |',
    '|---|---|---|---|---|',
    ...clauses.map((clause) => {
      const did = isGood(clause) ? clause.did.join('; ') : ''
      const sabotage = clause.sabotaged
        .map(({ rule, how, states }) => `${rule}: ${how}: ${states.join(', ')}`)
        .join('; ')
      const figure = isGood(clause) ? clause.figure : clause.reason
      return row([clause.id, clause.state, did, figure ?? '', sabotage])
    }),
  ].join('\n')

const states = ['kept', 'informed', 'attested', 'unproven', 'broken'] as const

/** Markdown: how many clauses of each policy stand how, and what the unproven ones wait for. */
export const summaryTable = (policies: ReadonlyMap<string, DrivenPolicy>): string =>
  [
    row(['policy', ...states, 'waits for']),
    row(['', ...states, ''].map(() => '---')),
    ...[...policies].map(([name, { clauses }]) => {
      const counts = states.map((state) => String(clauses.filter((one) => one.state === state).length))
      const reasons = clauses.flatMap(({ state, reason }) => (state === 'unproven' ? (reason ?? '').split('; ') : []))
      return row([name, ...counts, [...new Set(reasons)].join('; ')])
    }),
  ].join('\n')

/** A rule whose check holds on a server that is sabotaged against it, whatever else its clause waits for. */
const cannotFail = ({ sabotaged }: DrivenClause) =>
  sabotaged.filter(({ states: [state] }) => state !== 'broken' && state !== 'unproven')

/** Promises that did not show, rules whose check cannot fail, and clauses said to hold that nobody exercised or sabotaged, or that a sabotage left unbroken. */
export const problemsOf = ({ clauses, failures }: DrivenPolicy): string[] => [
  ...failures,
  ...clauses
    .filter((clause) => !isGood(clause))
    .flatMap((clause) => cannotFail(clause).map(({ rule, how }) => `${clause.id}: ${rule}: ${how}, and it holds`)),
  ...clauses
    .filter(isGood)
    .flatMap(({ id, idle, unsabotaged, sabotaged }) => [
      ...idle.map((kind) => `${id}: nobody exercises ${kind}`),
      ...unsabotaged.map((rule) => `${id}: nobody sabotages ${rule}`),
      ...sabotaged
        .filter(({ states }) => states.some((state) => state !== 'broken'))
        .map(({ rule, how, states }) => `${id}: ${rule}: ${how} leaves it ${states.join(', ')}`),
    ]),
]
