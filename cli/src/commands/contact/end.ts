import { choiceFlag, command, one, textFlag } from '../../command.ts'
import { usageFailure } from '../../failure.ts'
import { messageText } from './message-text.ts'

export const answerMessage = command({
  summary: 'Answer a message, by mail to its writer (officer, operator)',
  args: { id: one('the message’s id') },
  flags: { text: textFlag('--text <text>', 'the answer') },
  examples: [['avow contact answer ID --text "We hold nothing of you."', 'the message then waits no more']],
  run: async (session, { id, text }) => {
    if (text === undefined) throw usageFailure('Say the answer with --text')
    const params = { path: { messageId: id } }
    const path = '/api/v1/privacy/messages/{messageId}/answer'
    const of = await session.must(session.api().POST(path, { params, body: { text } }))
    session.print(of, () => messageText(of))
    const { mail } = await session.must(session.api().GET('/api/v1/meta'))
    if (mail === 'outbox')
      session.note('This cloud has no mail server: the answer waits in the outbox. See avow outbox list')
  },
})

export const closeMessage = command({
  summary: 'Close a message that needs no answer from here (officer, operator)',
  args: { id: one('the message’s id') },
  flags: { reason: choiceFlag('--reason <reason>', 'why', ['spam', 'answered-elsewhere']) },
  examples: [['avow contact close ID --reason spam', 'nothing is sent to its writer']],
  run: async (session, { id, reason }) => {
    if (reason === undefined) throw usageFailure('Say why with --reason spam or --reason answered-elsewhere')
    const params = { path: { messageId: id } }
    const path = '/api/v1/privacy/messages/{messageId}/close'
    const of = await session.must(session.api().POST(path, { params, body: { reason } }))
    session.print(of, () => messageText(of))
  },
})
