import { command, oneOf, textFlag } from '../../command.ts'
import { usageFailure } from '../../failure.ts'
import { requestText } from './request-text.ts'

export const askRight = command({
  summary: 'Ask a person of the operator for what you cannot do here yourself',
  args: { kind: oneOf('what it is about', ['access', 'rectification'] as const) },
  flags: { details: textFlag('--details <text>', 'what you want, in your words') },
  examples: [
    ['avow privacy ask access --details "What was sent to your data centre in May?"', 'answered by the deadline'],
  ],
  run: async (session, { kind, details }) => {
    if (details === undefined) throw usageFailure('Say what you want with --details')
    const asked = await session.must(session.api().POST('/api/v1/me/requests', { body: { kind, details } }))
    session.print(asked, () => requestText(session, asked))
  },
})
