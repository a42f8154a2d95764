import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { command, optional, switchFlag, textFlag } from '../../command.ts'
import { CliFailure, exitCodes, ResultFailure, usageFailure } from '../../failure.ts'
import { oscalResults } from '../../oscal-results.ts'
import { reportText } from '../../report-view.ts'
import type { Session } from '../../session.ts'

/** What the plan of one organisation promises, in the form of every report. */
const verifyPlan = async (session: Session, organisationId: string) => {
  const params = { path: { organisationId } }
  const { plan, summary, ...report } = await session.must(
    session.api().POST('/api/v1/privacy/plans/{organisationId}/report', { params }),
  )
  return { ...report, policy: plan, summary: { ...summary, attested: 0, informed: 0 } }
}

const verifyClause = (session: Session, clauseId: string) =>
  session.must(session.api().POST('/api/v1/privacy/clauses/{clauseId}/check', { params: { path: { clauseId } } }))

const verifyAll = (session: Session, last: boolean) =>
  last
    ? session.must(session.api().GET('/api/v1/privacy/report'))
    : session.must(session.api().POST('/api/v1/privacy/report')).catch(suggestLast)

/** Who may not run the checks may read what they found. */
const suggestLast = (error: unknown): never => {
  if (!(error instanceof CliFailure) || error.problem?.code !== 'forbidden') throw error
  const { message, exitCode, problem } = error
  throw new CliFailure(message, exitCode, 'The newest report is open to you: avow policy verify --last', { problem })
}

interface Wanted {
  readonly clause: string | undefined
  readonly last: boolean
  readonly ofOrganisation: string | undefined
}

const reportOn = (session: Session, { clause, last, ofOrganisation }: Wanted) => {
  if (clause !== undefined) return verifyClause(session, clause)
  return ofOrganisation === undefined ? verifyAll(session, last) : verifyPlan(session, ofOrganisation)
}

export const verifyPolicy = command({
  summary: 'Run every check of the policy on the running server',
  details:
    'Runs every check on the running server and says of each clause whether it is kept, broken, attested, informed or unproven. Ends with 1 if any clause is broken. Running the checks is for the operator’s staff; --last shows the newest report to anyone signed in.',
  args: { clause: optional('id of a clause: check this one alone, in a second or less; the newest report stays') },
  flags: {
    last: switchFlag('--last', 'the newest report there is, without checking again'),
    ofOrganisation: textFlag('--of-organisation <id>', 'check what this organisation’s deployment plan promises'),
    oscal: textFlag('--oscal <file>', 'also write the report as OSCAL assessment results (JSON)'),
  },
  examples: [
    ['avow policy verify', 'checks now'],
    ['avow policy verify START-26', 'one clause'],
    ['avow policy verify --json | jq .summary', 'the counts, for a monitor'],
    ['avow policy verify --last --oscal results.json', 'for tools that collect assessments'],
  ],
  run: async (session, { clause, last, ofOrganisation, oscal }) => {
    if (last && ofOrganisation !== undefined) throw usageFailure('A plan is checked now; leave --last away')
    if (clause !== undefined && (last || ofOrganisation !== undefined))
      throw usageFailure('One clause is checked alone and now; leave --last and --of-organisation away')
    const report = await reportOn(session, { clause, last, ofOrganisation })
    if (oscal !== undefined) {
      const document = oscalResults(report, new URL('/policy', session.connection().url.value).href)
      await writeFile(resolve(session.world.workingFolder, oscal), `${JSON.stringify(document, null, 2)}\n`)
    }
    session.print(report, () => reportText(report, session.paint))
    const { broken } = report.summary
    if (broken > 0)
      throw new ResultFailure(`${broken} ${broken === 1 ? 'clause is' : 'clauses are'} broken`, exitCodes.failed)
  },
})
