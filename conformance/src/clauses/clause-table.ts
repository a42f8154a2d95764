import type { DrivenClause } from './drive-policy.ts'

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

/** Markdown: clause, state, what was done, figure, and what a sabotaged server made of it. */
export const clauseTable = (clauses: readonly DrivenClause[]): string =>
  [
    '| clause | state | what was done from outside | figure of the check, or why not | sabotaged: how, and the state then |',
    '|---|---|---|---|---|',
    ...clauses.map((clause) => {
      const isKept = clause.state === 'kept'
      const did = isKept ? clause.did.join('; ') : ''
      const sabotage = isKept ? `${clause.sabotage.join('; ')}: ${clause.sabotaged.join(', ')}` : ''
      const cells = [clause.id, clause.state, did, clause.figure ?? clause.reason ?? '', sabotage]
      return `| ${cells.map(cell).join(' | ')} |`
    }),
  ].join('\n')

/** Kept clauses that nobody exercised, that no sabotage is for, or that a sabotage left unbroken. */
export const problemsOf = (clauses: readonly DrivenClause[]): string[] =>
  clauses
    .filter(({ state }) => state === 'kept')
    .flatMap(({ id, rule, idle, sabotage, sabotaged }) => [
      ...idle.map((kind) => `${id}: nobody exercises ${kind}`),
      ...(sabotage.length === 0 ? [`${id}: nobody sabotages ${rule}`] : []),
      ...(sabotaged.includes('broken') ? [] : [`${id}: ${sabotage.join('; ')} leaves it ${sabotaged.join(', ')}`]),
    ])
