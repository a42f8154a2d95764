import { command, one } from '../../command.ts'
import { confirm } from '../../confirm.ts'
import { findPerson } from '../../find-person.ts'

export const removeStaff = command({
  summary: 'Take a staff role away (operator)',
  args: { person: one('address or id') },
  takes: ['confirmation'],
  examples: [['avow staff remove ada@example.org', 'asks first']],
  run: async (session, { person }) => {
    const { items } = await session.must(
      session.api().GET('/api/v1/operate/staff', { params: { query: { limit: 200 } } }),
    )
    const personId = findPerson(items, person, 'the staff')
    await confirm(session, `Take the staff role of ${person} away?`)
    await session.must(session.api().DELETE('/api/v1/operate/staff/{personId}', { params: { path: { personId } } }))
    session.print({ personId, removed: true }, () => `${person} is no longer staff.\n`)
  },
})
