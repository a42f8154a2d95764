import { command, one } from '../../command.ts'
import { currentOrganisation } from '../../place.ts'

export const withdrawTraining = command({
  summary: 'Withdraw an opt-in or an approval to train; it ends at once (owner, admin)',
  args: { id: one('the approval, as avow training show lists it') },
  takes: ['organisation'],
  examples: [['avow training withdraw ID', 'the record of it stays']],
  run: async (session, { id }) => {
    const path = { organisationId: await currentOrganisation(session), approvalId: id }
    const approval = await session.must(
      session.api().POST('/api/v1/organisations/{organisationId}/training/{approvalId}/withdraw', {
        params: { path },
        body: {},
      }),
    )
    session.print(approval, () => `Withdrawn: nothing trains by ${approval.id} any more.\n`)
  },
})

export const revokeTraining = command({
  summary: 'End an approval to train for an organisation that asked for it (officer)',
  args: { customer: one('id of the organisation'), id: one('the approval') },
  examples: [['avow training revoke org_01HZX ID', 'it ends at once']],
  run: async (session, { customer, id }) => {
    const params = { path: { organisationId: customer, approvalId: id } }
    const approval = await session.must(
      session.api().POST('/api/v1/privacy/training/{organisationId}/{approvalId}/revoke', { params, body: {} }),
    )
    session.print(approval, () => `Ended: nothing trains by ${approval.id} any more.\n`)
  },
})
