import { command, listFlag, switchFlag, textFlag } from '../../command.ts'
import { usageFailure } from '../../failure.ts'
import { shownTime } from '../../time.ts'

export const createHold = command({
  summary: 'Place a legal hold: what it covers is neither expired nor erased (officer)',
  flags: {
    person: textFlag('--person <email-or-id>', 'hold what is about this person'),
    ofOrganisation: textFlag('--of-organisation <id>', 'hold what is about this organisation'),
    everyone: switchFlag('--everyone', 'hold what is about anybody'),
    category: listFlag('--category <name>', 'only this category of the data map; may be repeated'),
    ground: textFlag('--ground <text>', 'why'),
    reference: textFlag('--reference <text>', 'such as the number of a case'),
    ends: textFlag('--ends <time>', 'UTC instant at which it ends by itself; without it, when it is released'),
  },
  details:
    'A hold states its ground and its date, which is the time of placing: that is when it begins. An end is not needed, but look again at a hold without one: it lasts until somebody releases it.',
  examples: [
    ['avow hold create --person ada@example.org --ground "dispute over invoice 7"', 'everything about her stays'],
    ['avow hold create --everyone --category security.log --ground incident', 'no security event expires'],
  ],
  run: async (session, { person, ofOrganisation, everyone, category, ground, reference, ends }) => {
    const given = [person, ofOrganisation, everyone || undefined].filter((one) => one !== undefined)
    if (given.length !== 1) throw usageFailure('Give one of --person, --of-organisation and --everyone')
    if (ground === undefined) throw usageFailure('Say why with --ground')
    const subjectId = person ?? ofOrganisation
    const namedScope = person === undefined ? ('organisation' as const) : ('person' as const)
    const body = {
      scope: everyone ? ('everyone' as const) : namedScope,
      ground,
      ...(subjectId === undefined ? {} : { subjectId }),
      ...(category.length === 0 ? {} : { categories: category }),
      ...(reference === undefined ? {} : { reference }),
      ...(ends === undefined ? {} : { endsAt: ends }),
    }
    const hold = await session.must(session.api().POST('/api/v1/privacy/holds', { body }))
    session.print(hold, () => {
      const until = hold.endsAt === null ? 'until it is released' : `until ${shownTime(hold.endsAt)}`
      return `Placed ${hold.id} on ${shownTime(hold.placedAt)}; it holds ${until}. Release it with: avow hold release ${hold.id}\n`
    })
  },
})
