import { choiceFlag, command, countFlag, textFlag } from '../../command.ts'
import { keyNames } from '../../key-view.ts'
import { currentProject } from '../../place.ts'
import { momentBefore, relativeTime } from '../../time.ts'

export const listBodies = command({
  summary: 'List calls of which bodies are kept, newest first',
  flags: {
    since: textFlag('--since <time>', 'not before: 12h, 7d, a date or an instant'),
    until: textFlag('--until <time>', 'before'),
    key: textFlag('--key <id>', 'only calls of this API key'),
    model: textFlag('--model <id>', 'only calls to this model'),
    status: countFlag('--status <code>', 'only answers with this HTTP status'),
    outcome: choiceFlag('--outcome <outcome>', 'only calls that ended so', [
      'completed',
      'client_gone',
      'upstream_refused',
      'upstream_failed',
      'interrupted',
    ]),
  },
  takes: ['project', 'pages'],
  examples: [['avow body list --since 1h --status 500', 'what went wrong in the last hour']],
  run: async (session, { since, until, key, model, status, outcome }) => {
    const path = { projectId: await currentProject(session) }
    const now = session.world.now()
    const filter = {
      ...(since === undefined ? {} : { since: momentBefore(since, now).toISOString() }),
      ...(until === undefined ? {} : { until: momentBefore(until, now).toISOString() }),
      ...(key === undefined ? {} : { keyId: key }),
      ...(model === undefined ? {} : { model }),
      ...(status === undefined ? {} : { status }),
      ...(outcome === undefined ? {} : { outcome }),
    }
    const page = await session.pages((query) =>
      session.api().GET('/api/v1/projects/{projectId}/bodies', { params: { path, query: { ...query, ...filter } } }),
    )
    const names = session.common.json ? new Map<string, string>() : await keyNames(session, path.projectId)
    session.printList(
      page,
      [
        { title: 'WHEN', value: (call) => relativeTime(call.at, now) },
        { title: 'MODEL', value: (call) => call.model, mayShrink: true },
        { title: 'OPERATION', value: (call) => call.operation },
        { title: 'STATUS', value: (call) => String(call.status) },
        { title: 'OUTCOME', value: (call) => call.outcome },
        { title: 'TOKENS', value: (call) => `${call.promptTokens} + ${call.completionTokens}` },
        { title: 'KEY', value: (call) => names.get(call.keyId) ?? call.keyId, mayShrink: true },
        { title: 'ID', value: (call) => call.id },
      ],
      'No body is kept here. See avow body keeping',
    )
  },
})
