import { personFlag } from '../../choices-view.ts'
import { command } from '../../command.ts'
import { relativeTime } from '../../time.ts'

export const listConsents = command({
  summary: 'List what you agreed to and took back, when, and in which version of the policy',
  flags: { person: personFlag },
  examples: [['avow privacy consents', 'every word, oldest first']],
  run: async (session, { person }) => {
    const api = session.api()
    const { items } = await session.must(
      person === undefined
        ? api.GET('/api/v1/me/privacy/consents')
        : api.GET('/api/v1/privacy/people/{personId}/consents', { params: { path: { personId: person } } }),
    )
    const now = session.world.now()
    session.printList(
      { items, nextCursor: null },
      [
        { title: 'PURPOSE', value: (row) => row.purpose },
        { title: 'WORD', value: (row) => row.state },
        { title: 'WHEN', value: (row) => relativeTime(row.at, now) },
        { title: 'POLICY', value: (row) => `${row.policy} ${row.policyVersion}` },
        { title: 'BY', value: (row) => row.how },
        { title: 'IN FORCE', value: (row) => (row.supersededAt === null ? 'yes' : 'no') },
      ],
      'Nothing was agreed to.',
    )
  },
})
