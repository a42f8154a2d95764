import { personFlag, printChoices } from '../../choices-view.ts'
import { command, one } from '../../command.ts'

export const objectTo = command({
  summary: 'Object to a purpose: your data no longer serves it',
  details: 'Take it back with: avow privacy lift PURPOSE. What needs your consent is withdrawn instead.',
  args: { purpose: one('a purpose that avow privacy choices lists') },
  flags: { person: personFlag },
  examples: [['avow privacy object analytics', 'nobody analyses what you do']],
  run: async (session, { purpose, person }) => {
    const done =
      person === undefined
        ? session.api().POST('/api/v1/me/privacy/objections/{purpose}', { params: { path: { purpose } } })
        : session.api().POST('/api/v1/privacy/people/{personId}/objections/{purpose}', {
            params: { path: { personId: person, purpose } },
          })
    printChoices(session, await session.must(done))
  },
})
