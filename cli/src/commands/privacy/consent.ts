import { personFlag, printChoices } from '../../choices-view.ts'
import { command, one, oneOf } from '../../command.ts'

export const consent = command({
  summary: 'Agree to a purpose, or withdraw that',
  details: 'A withdrawal stops that purpose at once and no other. What was said stays on record: avow privacy consents',
  args: {
    act: oneOf('give or withdraw', ['give', 'withdraw']),
    purpose: one('a purpose that avow privacy choices lists'),
  },
  flags: { person: personFlag },
  examples: [
    ['avow privacy consent give marketing', 'news may be sent to you'],
    ['avow privacy consent withdraw marketing', 'no more'],
  ],
  run: async (session, { act, purpose, person }) => {
    const api = session.api()
    const own = { params: { path: { purpose } } }
    const given = { params: { path: { personId: person ?? '', purpose } } }
    const mine = '/api/v1/me/privacy/consents/{purpose}'
    const theirs = '/api/v1/privacy/people/{personId}/consents/{purpose}'
    const give = () => (person === undefined ? api.POST(mine, own) : api.POST(theirs, given))
    const withdraw = () => (person === undefined ? api.DELETE(mine, own) : api.DELETE(theirs, given))
    printChoices(session, await session.must(act === 'give' ? give() : withdraw()))
  },
})
