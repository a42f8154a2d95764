import { command, listFlag, textFlag } from '../../command.ts'
import { usageFailure } from '../../failure.ts'

export const recordDisclosure = command({
  summary: 'Record the request of an authority; nothing leaves by that (officer)',
  flags: {
    authority: textFlag('--authority <name>', 'who asks'),
    country: textFlag('--country <code>', 'where it is, ISO 3166, such as DE'),
    safeguard: textFlag('--safeguard <text>', 'what a transfer there rests on, such as a treaty'),
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
      'avow disclosure record --authority "District court" --country DE --basis "order 12/26" --person ada@example.org --category account.contact',
      'then prepare it, and have somebody else review it',
    ],
  ],
  run: async (session, { authority, country, basis, person, ofOrganisation, category, ...more }) => {
    if (authority === undefined || country === undefined || basis === undefined)
      throw usageFailure('Give --authority, --country and --basis')
    const subjectId = person ?? ofOrganisation
    if (subjectId === undefined || (person !== undefined && ofOrganisation !== undefined))
      throw usageFailure('Give one of --person and --of-organisation')
    if (category.length === 0) throw usageFailure('Say with --category what it asks for', 'avow data map lists them.')
    const body = {
      authority,
      country,
      legalBasis: basis,
      subjectKind: person === undefined ? ('organisation' as const) : ('person' as const),
      subjectId,
      categories: category,
      ...(more.safeguard === undefined ? {} : { safeguard: more.safeguard }),
      ...(more.reference === undefined ? {} : { reference: more.reference }),
      ...(more.received === undefined ? {} : { receivedAt: more.received }),
      ...(more.due === undefined ? {} : { dueAt: more.due }),
    }
    const row = await session.must(session.api().POST('/api/v1/privacy/authority-requests', { body }))
    session.print(row, () => `Recorded ${row.id}. Next: avow disclosure prepare ${row.id} --category … --note …\n`)
  },
})
