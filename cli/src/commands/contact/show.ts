import { command, one } from '../../command.ts'
import { messageText } from './message-text.ts'

export const showMessage = command({
  summary: 'Show a message to a contact of the policy (officer, operator)',
  args: { id: one('the message’s id') },
  examples: [['avow contact show ID', 'who wrote what, and by when it is to be answered']],
  run: async (session, { id }) => {
    const params = { path: { messageId: id } }
    const of = await session.must(session.api().GET('/api/v1/privacy/messages/{messageId}', { params }))
    session.print(of, () => messageText(of))
  },
})
