import { personFlag, printChoices } from '../../choices-view.ts'
import { choiceFlag, command } from '../../command.ts'

const grounds = ['accuracy', 'unlawful', 'legal-claims', 'objection'] as const

export const restrictUse = command({
  summary: 'Have your data stored and not used, until you lift it',
  details:
    'Others no longer see it, and nothing is done with it but storing, answering you, claims and security. Take it back with: avow privacy lift restriction',
  flags: { person: personFlag, ground: choiceFlag('--ground <word>', 'why (GDPR Art. 18(1))', grounds) },
  examples: [
    ['avow privacy restrict --ground accuracy', 'while it is found out whether it is right'],
    ['avow privacy restrict --person ada@example.org', 'for the privacy officer'],
  ],
  run: async (session, { person, ground }) => {
    const body = ground === undefined ? {} : { ground }
    const done =
      person === undefined
        ? session.api().POST('/api/v1/me/privacy/restriction', { body })
        : session
            .api()
            .POST('/api/v1/privacy/people/{personId}/restriction', { params: { path: { personId: person } }, body })
    printChoices(session, await session.must(done))
  },
})
