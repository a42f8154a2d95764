import { command, one } from '../../command.ts'
import { disclosureText } from './disclosure-text.ts'

export const showDisclosure = command({
  summary: 'Show one request of an authority (officer)',
  args: { id: one('the request’s id') },
  examples: [['avow disclosure show ID', 'who prepared, reviewed and handed out what']],
  run: async (session, { id }) => {
    const params = { path: { authorityRequestId: id } }
    const row = await session.must(
      session.api().GET('/api/v1/privacy/authority-requests/{authorityRequestId}', { params }),
    )
    session.print(row, () => disclosureText(row))
  },
})
