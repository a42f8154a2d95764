/** The page that tells anyone the state of every promise: states and times, no figures. */
import type { CompiledPolicy } from './compile-policy.ts'
import type { PolicyPage } from './policy-page.ts'
import type { ClauseState, PolicyReport } from './report.ts'
import { clauseStates } from './report.ts'

const meaning: Readonly<Record<ClauseState, string>> = {
  kept: '✓ kept: every check of it ran, looked, and found no violation',
  broken: '✗ broken: a check found a violation',
  attested: '§ attested: a named person has stated it, and the statement is in force',
  informed: 'i informed: what it promises to publish was found published',
  unproven: '? unproven: nothing shows yet that it holds',
}

const shown = (state: ClauseState): string => meaning[state].split(':', 1)[0] ?? state

/** @param report the newest report on this version of the policy; null before the first one */
export function trustPage(policy: CompiledPolicy, report: PolicyReport | null): PolicyPage {
  const states = new Map(report?.clauses.map(({ id, state }) => [id, state]))
  const counts = report === null ? '' : clauseStates.map((state) => `${report.summary[state]} ${state}`).join(', ')
  return {
    title: `${policy.title}: are the promises kept?`,
    about: [
      `Version ${policy.version} of the policy of ${policy.source.operator.name}, checked on the running system.`,
      report === null ? 'It has not been checked yet.' : `Last check: ${report.checkedAt}. ${counts}.`,
    ],
    sections: [
      {
        heading: 'Every promise',
        lines: [],
        table: {
          head: ['Clause', 'State', 'Promise'],
          rows: policy.clauses.map(({ id, promise }) => [
            { text: id, href: `/privacy/report?search=${id}` },
            shown(states.get(id) ?? 'unproven'),
            promise,
          ]),
          ids: policy.clauses.map(({ id }) => id),
        },
      },
      { heading: 'What the words mean', lines: clauseStates.map((state) => meaning[state]), table: null },
    ],
    links: [
      { text: 'The privacy policy', href: '/policy' },
      { text: 'Rules, figures and evidence of each promise (with an account)', href: '/privacy/report' },
      { text: 'The signed head of the evidence log', href: '/evidence/checkpoint' },
      { text: 'How this is checked', href: '/docs/concepts/states' },
    ],
  }
}
