import { command, one, oneOf, textFlag } from '../../command.ts'
import { usageFailure } from '../../failure.ts'

const grounds = ['forbidden-by-law', 'danger-to-life', 'danger-to-investigation', 'unreachable'] as const

export const keepSilent = command({
  summary: 'Record why the customer is not told, and when to look at that again (officer)',
  args: { id: one('the request’s id'), ground: oneOf('the ground', grounds) },
  flags: {
    reason: textFlag('--reason <text>', 'in words'),
    review: textFlag('--review <time>', 'UTC instant at which somebody looks at it again'),
  },
  examples: [
    [
      'avow disclosure silence ID forbidden-by-law --reason "section 4 of the order" --review 2027-01-31T00:00:00Z',
      'past that date the clause is broken until the customer is told or the ground renewed',
    ],
  ],
  run: async (session, { id, ground, reason, review }) => {
    if (reason === undefined || review === undefined) throw usageFailure('Give --reason and --review')
    const params = { path: { authorityRequestId: id } }
    const body = { ground, reason, reviewAt: review }
    const path = '/api/v1/privacy/authority-requests/{authorityRequestId}/silence'
    const row = await session.must(session.api().POST(path, { params, body }))
    session.print(row, () => `Recorded; look again ${row.silence?.reviewAt ?? ''}.\n`)
  },
})
