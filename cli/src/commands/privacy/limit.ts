import { personFlag, printChoices } from '../../choices-view.ts'
import { command } from '../../command.ts'

export const limitUse = command({
  summary: 'Have sensitive data serve nothing but the service and its security',
  details: 'Take it back with: avow privacy lift limit',
  flags: { person: personFlag },
  examples: [['avow privacy limit', 'which data that is: avow privacy choices --json']],
  run: async (session, { person }) => {
    const done =
      person === undefined
        ? session.api().POST('/api/v1/me/privacy/limit')
        : session.api().POST('/api/v1/privacy/people/{personId}/limit', { params: { path: { personId: person } } })
    printChoices(session, await session.must(done))
  },
})
