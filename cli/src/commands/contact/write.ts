import { command, textFlag } from '../../command.ts'
import { usageFailure } from '../../failure.ts'
import { harmless } from '../../terminal.ts'
import { periodWords, shownTime } from '../../time.ts'

export const writeMessage = command({
  summary: 'Write to a contact of the policy; needs no account',
  flags: {
    to: textFlag('--to <contact>', 'as the policy names it, such as privacy'),
    email: textFlag('--email <email>', 'where the answer goes'),
    name: textFlag('--name <name>', 'how you want to be called'),
    text: textFlag('--text <text>', 'what you want to say'),
  },
  examples: [
    ['avow contact write', 'tells to whom one can write here'],
    [
      'avow contact write --to privacy --email ada@example.org --text "What do you hold of me?"',
      'the answer comes by mail',
    ],
  ],
  run: async (session, { to, email, name, text }) => {
    const { contacts, answerWithin } = await session.must(session.api().GET('/api/v1/contact'))
    if (to === undefined || email === undefined || text === undefined) {
      const whom = contacts.length === 0 ? 'This cloud takes no messages here.' : `It has ${contacts.join(', ')}.`
      throw usageFailure(
        'Give --to, --email and --text',
        harmless(`${whom} It answers within ${periodWords(answerWithin)}.`),
      )
    }
    const body = { contact: to, email, text, ...(name === undefined ? {} : { name }) }
    const sent = await session.must(session.api().POST('/api/v1/contact', { body }))
    session.print(sent, () => `Sent. The answer comes by mail, at the latest ${shownTime(sent.dueAt)}.\n`)
  },
})
