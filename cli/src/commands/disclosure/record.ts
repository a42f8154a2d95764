import { command, listFlag, textFlag } from '../../command.ts'
import { usageFailure } from '../../failure.ts'

export const recordDisclosure = command({
  summary: 'Record the request of an authority; nothing leaves by that (officer)',
  flags: {
    authority: textFlag('--authority <name>', 'who asks'),
    basis: textFlag('--basis <text>', 'the law and the order on which it rests'),
    reference: textFlag('--reference <text>', 'the authority’s own number'),
    person: textFlag('--person <email-or-id>', 'about this person'),
    ofOrganisation: textFlag('--of-organisation <id>', 'about this organisation'),
    category: listFlag('--category <name>', 'a category of the data map that it asks for; may be repeated'),
    received: textFlag('--received <time>', 'UTC instant; now without it'),
    due: textFlag('--due <time>', 'UTC instant by which it wants an answer'),
  },
  examples: [
    [
      'avow disclosure record --authority "District court" --basis "order 12/26" --person ada@example.org --category account.contact',
      'then prepare it, and have somebody else review it',
    ],
  ],
  run: async (session, { authority, basis, reference, person, ofOrganisation, category, received, due }) => {
    if (authority === undefined || basis === undefined) throw usageFailure('Give --authority and --basis')
    const subjectId = person ?? ofOrganisation
    if (subjectId === undefined || (person !== undefined && ofOrganisation !== undefined))
      throw usageFailure('Give one of --person and --of-organisation')
    if (category.length === 0) throw usageFailure('Say with --category what it asks for', 'avow data map lists them.')
    const body = {
      authority,
      legalBasis: basis,
      subjectKind: person === undefined ? ('organisation' as const) : ('person' as const),
      subjectId,
      categories: category,
      ...(reference === undefined ? {} : { reference }),
      ...(received === undefined ? {} : { receivedAt: received }),
      ...(due === undefined ? {} : { dueAt: due }),
    }
    const row = await session.must(session.api().POST('/api/v1/privacy/authority-requests', { body }))
    session.print(row, () => `Recorded ${row.id}. Next: avow disclosure prepare ${row.id} --category … --note …\n`)
  },
})
