import { personFlag, printChoices } from '../../choices-view.ts'
import { command } from '../../command.ts'

export const showChoices = command({
  summary: 'Show what your data serves, purpose by purpose, and what you may say to it',
  flags: { person: personFlag },
  examples: [
    ['avow privacy choices', 'yours'],
    ['avow privacy choices --person ada@example.org', 'hers, for the privacy officer'],
  ],
  run: async (session, { person }) => {
    const choices =
      person === undefined
        ? session.api().GET('/api/v1/me/privacy/choices')
        : session.api().GET('/api/v1/privacy/people/{personId}/choices', { params: { path: { personId: person } } })
    printChoices(session, await session.must(choices))
  },
})
