import { command, textFlag } from '../../command.ts'
import { usageFailure } from '../../failure.ts'
import { currentOrganisation } from '../../place.ts'
import { harmless } from '../../terminal.ts'

export const updateOrganisation = command({
  summary: 'Correct the name or the billing country of an organisation',
  takes: ['organisation'],
  flags: {
    name: textFlag('--name <name>', 'its name'),
    country: textFlag('--country <code>', 'billing country, two letters such as DE; none: no country'),
  },
  examples: [['avow organisation update --name "Example Ltd" --country DE', 'owners and admins']],
  run: async (session, { name, country }) => {
    if (name === undefined && country === undefined) throw usageFailure('Give --name or --country')
    const organisationId = await currentOrganisation(session)
    const billingCountry = country === 'none' ? null : country
    const body = {
      ...(name === undefined ? {} : { name }),
      ...(billingCountry === undefined ? {} : { billingCountry }),
    }
    const path = { organisationId }
    const organisation = await session.must(
      session.api().PATCH('/api/v1/organisations/{organisationId}', { params: { path }, body }),
    )
    session.print(
      organisation,
      () =>
        `${harmless(organisation.name)} (${organisation.id}), billing country ${organisation.billingCountry ?? 'none'}.\n`,
    )
  },
})
