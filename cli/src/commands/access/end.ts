import { command, one } from '../../command.ts'

export const endAccess = command({
  summary: 'End an access of staff before its time (whose it is, or an officer)',
  args: { id: one('the access’s id') },
  examples: [['avow access end ID', 'closed at once']],
  run: async (session, { id }) => {
    const params = { path: { grantId: id } }
    const row = await session.must(session.api().POST('/api/v1/operate/access/{grantId}/end', { params, body: {} }))
    session.print(row, () => `Ended ${row.id}.\n`)
  },
})
