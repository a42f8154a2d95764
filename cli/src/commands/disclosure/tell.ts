import { command, one } from '../../command.ts'

export const tellCustomer = command({
  summary: 'Tell the customer of a request of an authority (officer)',
  args: { id: one('the request’s id') },
  examples: [['avow disclosure tell ID', 'by mail, and in their data']],
  run: async (session, { id }) => {
    const params = { path: { authorityRequestId: id } }
    const path = '/api/v1/privacy/authority-requests/{authorityRequestId}/tell'
    const row = await session.must(session.api().POST(path, { params, body: {} }))
    session.print(row, () => 'Told.\n')
  },
})
