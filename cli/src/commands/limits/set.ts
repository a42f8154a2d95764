import { command, textFlag } from '../../command.ts'
import { usageFailure } from '../../failure.ts'
import { limitFlags, limitsFrom } from '../../limit-flags.ts'
import { currentOrganisation } from '../../place.ts'
import { targetOf } from './list.ts'

/** What the API takes for a project's id. */
const targetFrom = (of: string | undefined): { projectId?: string } => {
  if (of === undefined || of.startsWith('org_')) return {}
  if (of.startsWith('prj_')) return { projectId: of }
  if (of.startsWith('key_'))
    throw usageFailure('Limits of a key stand at the key', `avow key update ${of} --rpm 60 --concurrent 4`)
  throw usageFailure(`"${of}" is no id of a project`, 'It begins with prj_: avow project list.')
}

const shown = (limit: number | null, unit: string): string => `${limit ?? 'any number of'} ${unit}`

export const setLimits = command({
  summary: 'Set what the organisation or a project may call in a minute and at once',
  details:
    'What is not said stays as it is; none takes a limit away. A call must keep every limit that covers its key: the key’s own, its project’s and its organisation’s. Owners and admins may set them.',
  flags: { of: textFlag('--of <id>', 'a project; without it the whole organisation'), ...limitFlags },
  takes: ['organisation'],
  examples: [
    ['avow limits set --rpm 600 --concurrent 20', 'the whole organisation'],
    ['avow limits set --of prj_123 --tpm none', 'a project without a limit of tokens of its own'],
  ],
  run: async (session, { of, ...wanted }) => {
    const limits = limitsFrom(wanted)
    if (Object.keys(limits).length === 0)
      throw usageFailure('Nothing to set', 'Say what: --rpm, --tpm or --concurrent.')
    const path = { organisationId: await currentOrganisation(session) }
    const body = { ...targetFrom(of), ...limits }
    const set = await session.must(
      session.api().PATCH('/api/v1/organisations/{organisationId}/limits', { params: { path }, body }),
    )
    session.print(
      set,
      () =>
        `${targetOf(set)}: ${shown(set.requestsPerMinute, 'requests a minute')}, ${shown(set.tokensPerMinute, 'tokens a minute')}, ${shown(set.concurrentRequests, 'requests at once')}.\n`,
    )
  },
})
