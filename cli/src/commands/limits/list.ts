import type { Answered } from '../../api-types.ts'
import { command } from '../../command.ts'
import { currentOrganisation } from '../../place.ts'

type CallLimit = Answered<'/api/v1/organisations/{organisationId}/limits', 'patch', 200>

export const targetOf = ({ projectId }: CallLimit): string => projectId ?? 'organisation'

const shown = (limit: number | null): string => (limit === null ? 'any' : String(limit))

export const listLimits = command({
  summary: 'List what the organisation and its projects may call in a minute and at once',
  details: 'All keys that one covers share it. Limits of one API key stand at the key: avow key show.',
  takes: ['organisation'],
  examples: [['avow limits list', 'of the organisation and its projects']],
  run: async (session) => {
    const path = { organisationId: await currentOrganisation(session) }
    const { items } = await session.must(
      session.api().GET('/api/v1/organisations/{organisationId}/limits', { params: { path } }),
    )
    session.printList(
      { items, nextCursor: null },
      [
        { title: 'OF', value: targetOf },
        { title: 'REQUESTS/MIN', value: (one) => shown(one.requestsPerMinute) },
        { title: 'TOKENS/MIN', value: (one) => shown(one.tokensPerMinute) },
        { title: 'AT ONCE', value: (one) => shown(one.concurrentRequests) },
      ],
      'No limit is set here. See avow limits set --help',
    )
  },
})
