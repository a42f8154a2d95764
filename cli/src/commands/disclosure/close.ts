import { command, one } from '../../command.ts'

export const closeDisclosure = command({
  summary: 'Close a request that was answered or refused (officer)',
  args: { id: one('the request’s id') },
  examples: [['avow disclosure close ID', 'once the customer was told, or the ground for silence holds']],
  run: async (session, { id }) => {
    const params = { path: { authorityRequestId: id } }
    const path = '/api/v1/privacy/authority-requests/{authorityRequestId}/close'
    const row = await session.must(session.api().POST(path, { params, body: {} }))
    session.print(row, () => `Closed ${row.id}.\n`)
  },
})
