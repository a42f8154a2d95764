import { command, listFlag, one, oneOf, textFlag } from '../../command.ts'
import { usageFailure } from '../../failure.ts'

export const reviewDisclosure = command({
  summary: 'Approve, narrow or refuse what somebody else prepared (officer)',
  args: { id: one('the request’s id'), decision: oneOf('the decision', ['approved', 'narrowed', 'refused']) },
  flags: {
    category: listFlag('--category <name>', 'what stays of the proposal, when it is narrowed; may be repeated'),
    reason: textFlag('--reason <text>', 'why'),
  },
  examples: [
    ['avow disclosure review ID approved --reason "the order is valid"', 'not by who prepared it'],
    ['avow disclosure review ID refused --reason "no such law"', 'nothing leaves'],
  ],
  run: async (session, { id, decision, category, reason }) => {
    if (reason === undefined) throw usageFailure('Say why with --reason')
    const params = { path: { authorityRequestId: id } }
    const body = { decision, reason, ...(category.length === 0 ? {} : { categories: category }) }
    const path = '/api/v1/privacy/authority-requests/{authorityRequestId}/review'
    const row = await session.must(session.api().POST(path, { params, body }))
    session.print(row, () => `${row.decision}: ${row.approved?.join(', ') ?? 'nothing leaves'}.\n`)
  },
})
