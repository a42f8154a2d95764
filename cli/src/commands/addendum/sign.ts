import { command, one, textFlag } from '../../command.ts'
import { usageFailure } from '../../failure.ts'
import { currentOrganisation } from '../../place.ts'

export const signAddendum = command({
  summary: 'Sign the data processing addendum that you read (owner)',
  args: { hash: one('its hash, from avow addendum show') },
  takes: ['organisation'],
  flags: {
    signatory: textFlag('--signatory <name>', 'who signs for the organisation'),
    title: textFlag('--title <title>', 'as what they sign'),
  },
  examples: [['avow addendum sign HASH --signatory "Ada Lovelace" --title "Managing director"', 'the copy is kept']],
  run: async (session, { hash, signatory, title }) => {
    if (signatory === undefined || title === undefined)
      throw usageFailure('Say who signs, and as what, with --signatory and --title')
    const params = { path: { organisationId: await currentOrganisation(session) } }
    const copy = await session.must(
      session.api().POST('/api/v1/organisations/{organisationId}/addendum', {
        params,
        body: { hash, signatory, title },
      }),
    )
    session.print(
      copy,
      () => `Signed and countersigned: ${copy.id}, for policy ${copy.policy} ${copy.policyVersion}.\n`,
    )
  },
})
