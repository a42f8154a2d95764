import { command, one, textFlag } from '../../command.ts'
import { harmless } from '../../terminal.ts'

export const createOrganisation = command({
  summary: 'Create an organisation with a first project; you become its owner',
  args: { name: one('its name') },
  flags: { country: textFlag('--country <code>', 'billing country, two letters such as DE') },
  examples: [['avow organisation create "Example Ltd" --country DE', 'with a billing country']],
  run: async (session, { name, country }) => {
    const organisation = await session.must(
      session.api().POST('/api/v1/organisations', {
        body: { name, ...(country === undefined ? {} : { billingCountry: country }) },
      }),
    )
    session.print(
      organisation,
      () =>
        `Created ${harmless(organisation.name)} (${organisation.id}) with the project ${organisation.project.id}.\n`,
    )
    if (!session.common.json) session.note(`Work in it from now on: avow organisation use ${organisation.id}`)
  },
})
