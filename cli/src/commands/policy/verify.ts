import { command, switchFlag } from '../../command.ts'
import { exitCodes, ResultFailure } from '../../failure.ts'
import { reportText } from '../../report-view.ts'

export const verifyPolicy = command({
  summary: 'Run every check of the policy on the running server',
  details:
    'Runs every check on the running server and says of each clause whether it is kept, broken, attested, informed or unproven. Ends with 1 if any clause is broken. Running the checks is for the operator’s staff; --last shows the newest report to anyone signed in.',
  flags: { last: switchFlag('--last', 'the newest report there is, without checking again') },
  examples: [
    ['avow policy verify', 'checks now'],
    ['avow policy verify --json | jq .summary', 'the counts, for a monitor'],
  ],
  run: async (session, { last }) => {
    const report = await session.must(
      last ? session.api().GET('/api/v1/privacy/report') : session.api().POST('/api/v1/privacy/report'),
    )
    session.print(report, () => reportText(report, session.paint))
    const { broken } = report.summary
    if (broken > 0)
      throw new ResultFailure(`${broken} ${broken === 1 ? 'clause is' : 'clauses are'} broken`, exitCodes.failed)
  },
})
