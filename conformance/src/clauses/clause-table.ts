import type { DrivenClause } from './drive-policy.ts'

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

/** Those that say that a promise holds. */
const isGood = ({ state }: DrivenClause): boolean => state === 'kept' || state === 'informed' || state === 'attested'

/** Markdown: clause, state, what was done, figure, and what a sabotaged server made of it. */
export const clauseTable = (clauses: readonly DrivenClause[]): string =>
  [
    '| clause | state | what was done from outside | figure of the check, or why not | sabotaged: how, and the state then |',
    '|---|---|---|---|---|',
    ...clauses.map((clause) => {
      const did = isGood(clause) ? clause.did.join('; ') : ''
      const sabotage = clause.sabotaged
        .map(({ rule, how, states }) => `${rule}: ${how}: ${states.join(', ')}`)
        .join('; ')
      const figure = isGood(clause) ? clause.figure : clause.reason
      const cells = [clause.id, clause.state, did, figure ?? '', isGood(clause) ? sabotage : '']
      return `| ${cells.map(cell).join(' | ')} |`
    }),
  ].join('\n')

/** Clauses said to hold that nobody exercised, that no sabotage is for, or that a sabotage left unbroken. */
export const problemsOf = (clauses: readonly DrivenClause[]): string[] =>
  clauses
    .filter(isGood)
    .flatMap(({ id, idle, unsabotaged, sabotaged }) => [
      ...idle.map((kind) => `${id}: nobody exercises ${kind}`),
      ...unsabotaged.map((kind) => `${id}: nobody sabotages ${kind}`),
      ...sabotaged
        .filter(({ states }) => states.some((state) => state !== 'broken'))
        .map(({ rule, how, states }) => `${id}: ${rule}: ${how} leaves it ${states.join(', ')}`),
    ])
