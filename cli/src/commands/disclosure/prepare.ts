import { command, listFlag, one, textFlag } from '../../command.ts'
import { usageFailure } from '../../failure.ts'

export const prepareDisclosure = command({
  summary: 'Say what should be handed out: what law demands, and no more (officer)',
  args: { id: one('the request’s id') },
  flags: {
    category: listFlag('--category <name>', 'of those that were asked for; may be repeated'),
    note: textFlag('--note <text>', 'why this and no more'),
  },
  examples: [
    [
      'avow disclosure prepare ID --category account.contact --note "the order names the address"',
      'a second person reviews',
    ],
  ],
  run: async (session, { id, category, note }) => {
    if (category.length === 0 || note === undefined) throw usageFailure('Give --category and --note')
    const params = { path: { authorityRequestId: id } }
    const path = '/api/v1/privacy/authority-requests/{authorityRequestId}/prepare'
    const row = await session.must(session.api().POST(path, { params, body: { categories: category, note } }))
    session.print(row, () => `Prepared. Somebody else reviews it: avow disclosure review ${row.id}\n`)
  },
})
