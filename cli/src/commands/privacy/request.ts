import { command, one, switchFlag } from '../../command.ts'
import { requestText } from './request-text.ts'

export const showRequest = command({
  summary: 'Show one request, with what was answered and why',
  args: { id: one('the request’s id') },
  flags: { everyone: switchFlag('--everyone', 'a request of anybody (officer)') },
  examples: [['avow privacy request ID', 'yours']],
  run: async (session, { id, everyone }) => {
    const params = { path: { requestId: id } }
    const row = everyone
      ? await session.must(session.api().GET('/api/v1/privacy/requests/{requestId}', { params }))
      : await session.must(session.api().GET('/api/v1/me/requests/{requestId}', { params }))
    session.print(row, () => requestText(session, row))
  },
})
