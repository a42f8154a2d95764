import { command, one } from '../../command.ts'
import { confirm } from '../../confirm.ts'

export const releaseHold = command({
  summary: 'Release a legal hold: what it stopped goes on (officer)',
  args: { id: one('the hold’s id') },
  takes: ['confirmation'],
  examples: [['avow hold release ID', 'asks first']],
  run: async (session, { id }) => {
    await confirm(session, `Release the hold ${id}? What it kept may be deleted from now on.`)
    const params = { path: { holdId: id } }
    const hold = await session.must(session.api().POST('/api/v1/privacy/holds/{holdId}/release', { params, body: {} }))
    session.print(hold, () => `Released ${hold.id}.\n`)
  },
})
