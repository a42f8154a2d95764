import { command, one } from '../../command.ts'
import { currentOrganisation } from '../../place.ts'

export const acceptProvider = command({
  summary: 'Let the organisation’s prompts go to another company, under its own terms',
  args: { id: one('the provider, as avow provider list shows it') },
  takes: ['organisation'],
  examples: [['avow provider accept example-ai', 'owners and admins']],
  run: async (session, { id }) => {
    const path = { organisationId: await currentOrganisation(session), providerId: id }
    const provider = await session.must(
      session.api().POST('/api/v1/organisations/{organisationId}/providers/{providerId}/accept', {
        params: { path },
        body: {},
      }),
    )
    session.print(
      provider,
      () =>
        `Prompts may go to ${provider.name}${provider.country === null ? '' : ` in ${provider.country}`}. ${
          provider.terms === null ? 'Its own terms apply there.' : `Its own terms apply there: ${provider.terms}`
        }\n`,
    )
  },
})

export const refuseProvider = command({
  summary: 'Let no more prompts of the organisation go to another company',
  args: { id: one('the provider, as avow provider list shows it') },
  takes: ['organisation'],
  examples: [['avow provider refuse example-ai', 'its models answer 403 from then on']],
  run: async (session, { id }) => {
    const path = { organisationId: await currentOrganisation(session), providerId: id }
    const provider = await session.must(
      session.api().POST('/api/v1/organisations/{organisationId}/providers/{providerId}/refuse', {
        params: { path },
        body: {},
      }),
    )
    session.print(provider, () => `No more prompts go to ${provider.name}.\n`)
  },
})
