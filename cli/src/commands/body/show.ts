import { command, one } from '../../command.ts'
import { currentProject } from '../../place.ts'
import { harmless } from '../../terminal.ts'
import { shownTime } from '../../time.ts'

export const showBody = command({
  summary: 'Show what one call asked and what it was answered',
  args: { id: one('the call’s id: the answer’s header x-request-id') },
  takes: ['project'],
  examples: [['avow body show req_123 --json', 'both bodies as they were']],
  run: async (session, { id }) => {
    const path = { projectId: await currentProject(session), bodyId: id }
    const call = await session.must(
      session.api().GET('/api/v1/projects/{projectId}/bodies/{bodyId}', { params: { path } }),
    )
    session.print(call, () =>
      [
        `${call.operation} to ${harmless(call.model)} on ${shownTime(call.at)}: ${call.outcome}, ${call.status}`,
        ...(call.isCut ? ['More was sent than is kept: one MiB of each.'] : []),
        `\n${session.paint.bold('Request')}\n${harmless(call.request)}`,
        `\n${session.paint.bold('Response')}\n${call.response === null ? 'nothing was answered' : harmless(call.response)}\n`,
      ].join('\n'),
    )
  },
})
