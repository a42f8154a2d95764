import { personFlag, printChoices } from '../../choices-view.ts'
import { command, one } from '../../command.ts'
import type { Session } from '../../session.ts'

const liftOwn = (session: Session, what: string) => {
  const api = session.api()
  if (what === 'restriction') return api.DELETE('/api/v1/me/privacy/restriction')
  if (what === 'limit') return api.DELETE('/api/v1/me/privacy/limit')
  return api.DELETE('/api/v1/me/privacy/objections/{purpose}', { params: { path: { purpose: what } } })
}

const liftFor = (session: Session, personId: string, what: string) => {
  const api = session.api()
  const params = { path: { personId } }
  if (what === 'restriction') return api.DELETE('/api/v1/privacy/people/{personId}/restriction', { params })
  if (what === 'limit') return api.DELETE('/api/v1/privacy/people/{personId}/limit', { params })
  return api.DELETE('/api/v1/privacy/people/{personId}/objections/{purpose}', {
    params: { path: { personId, purpose: what } },
  })
}

export const liftChoice = command({
  summary: 'Take back a restriction, a limit or an objection',
  args: { what: one('restriction, limit, or the purpose that was objected to') },
  flags: { person: personFlag },
  examples: [
    ['avow privacy lift restriction', 'your data may be used again'],
    ['avow privacy lift analytics', 'takes the objection back'],
  ],
  run: async (session, { what, person }) => {
    const done = person === undefined ? liftOwn(session, what) : liftFor(session, person, what)
    printChoices(session, await session.must(done))
  },
})
