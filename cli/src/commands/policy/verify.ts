import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { command, switchFlag, textFlag } from '../../command.ts'
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

export const verifyPolicy = command({
  summary: 'Run every check of the policy on the running server',
  details:
    'Runs every check on the running server and says of each clause whether it is kept, broken, attested, informed or unproven. Ends with 1 if any clause is broken. Running the checks is for the operator’s staff; --last shows the newest report to anyone signed in.',
  flags: {
    last: switchFlag('--last', 'the newest report there is, without checking again'),
    ofOrganisation: textFlag('--of-organisation <id>', 'check what this organisation’s deployment plan promises'),
    oscal: textFlag('--oscal <file>', 'also write the report as OSCAL assessment results (JSON)'),
  },
  examples: [
    ['avow policy verify', 'checks now'],
    ['avow policy verify --json | jq .summary', 'the counts, for a monitor'],
    ['avow policy verify --last --oscal results.json', 'for tools that collect assessments'],
  ],
  run: async (session, { last, ofOrganisation, oscal }) => {
    if (last && ofOrganisation !== undefined) throw usageFailure('A plan is checked now; leave --last away')
    const report =
      ofOrganisation === undefined ? await verifyAll(session, last) : await verifyPlan(session, ofOrganisation)
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
