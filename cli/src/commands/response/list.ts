import { command, textFlag } from '../../command.ts'
import { currentProject } from '../../place.ts'
import { momentBefore, relativeTime } from '../../time.ts'

/** A stored response is a kept call: it has the tail of the call's id. */
const responseIdOf = (callId: string): string => callId.replace(/^req_/, 'resp_')

export const listResponses = command({
  summary: 'List stored responses, newest first',
  details: 'Responses are stored where the project keeps bodies: see avow body keep.',
  flags: {
    since: textFlag('--since <time>', 'not before: 12h, 7d, a date or an instant'),
    model: textFlag('--model <id>', 'only those of this model'),
  },
  takes: ['project', 'pages'],
  examples: [['avow response list --since 1h', 'those of the last hour']],
  run: async (session, { since, model }) => {
    const path = { projectId: await currentProject(session) }
    const now = session.world.now()
    const filter = {
      operation: 'responses' as const,
      ...(since === undefined ? {} : { since: momentBefore(since, now).toISOString() }),
      ...(model === undefined ? {} : { model }),
    }
    const page = await session.pages((query) =>
      session.api().GET('/api/v1/projects/{projectId}/bodies', { params: { path, query: { ...query, ...filter } } }),
    )
    const items = page.items.map((call) => ({ ...call, id: responseIdOf(call.id) }))
    session.printList(
      { ...page, items },
      [
        { title: 'WHEN', value: (call) => relativeTime(call.at, now) },
        { title: 'MODEL', value: (call) => call.model, mayShrink: true },
        { title: 'OUTCOME', value: (call) => call.outcome },
        { title: 'TOKENS', value: (call) => `${call.promptTokens} + ${call.completionTokens}` },
        { title: 'KEY', value: (call) => call.keyId },
        { title: 'ID', value: (call) => call.id },
      ],
      'No response is stored here. See avow body keeping',
    )
  },
})
