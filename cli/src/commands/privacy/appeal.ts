import { command, one, textFlag } from '../../command.ts'
import { usageFailure } from '../../failure.ts'
import { requestText } from './request-text.ts'

export const appealRefusal = command({
  summary: 'Appeal against a refusal: another person decides',
  args: { id: one('the refused request’s id') },
  flags: { details: textFlag('--details <text>', 'why the refusal is wrong') },
  examples: [['avow privacy appeal ID --details "No law asks for it"', 'see the ids with avow privacy requests']],
  run: async (session, { id, details }) => {
    if (details === undefined) throw usageFailure('Say why with --details')
    const params = { path: { requestId: id } }
    const asked = await session.must(
      session.api().POST('/api/v1/me/requests/{requestId}/appeal', { params, body: { details } }),
    )
    session.print(asked, () => requestText(session, asked))
  },
})
