import { command, optional } from '../../command.ts'
import { currentOrganisation } from '../../place.ts'

export const pinOrganisation = command({
  summary: 'Keep an organisation’s data and work in one region; none takes the pin away, nothing shows it',
  details: 'Models that are served elsewhere answer 403 to its keys from then on.',
  args: { region: optional('country as two letters, such as DE; or none') },
  takes: ['organisation'],
  examples: [
    ['avow organisation pin DE', 'owners and admins'],
    ['avow organisation pin', 'shows the pin'],
  ],
  run: async (session, { region }) => {
    const params = { path: { organisationId: await currentOrganisation(session) } }
    const path = '/api/v1/organisations/{organisationId}/pin'
    const pin =
      region === undefined
        ? await session.must(session.api().GET(path, { params }))
        : await session.must(
            session.api().POST(path, { params, body: { region: region === 'none' ? null : region.toUpperCase() } }),
          )
    session.print(pin, () =>
      pin.region === null
        ? `Not pinned: wherever the policy allows. This cloud ${pin.here === null ? 'does not say where it is' : `is in ${pin.here}`}.\n`
        : `Pinned to ${pin.region}.\n`,
    )
  },
})
