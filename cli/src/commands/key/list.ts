import { choiceFlag, command, textFlag } from '../../command.ts'
import { paintKeyState } from '../../key-view.ts'
import { currentProject } from '../../place.ts'
import { relativeTime } from '../../time.ts'

export const listKeys = command({
  summary: 'List API keys',
  flags: {
    state: choiceFlag('--state <state>', 'only keys in this state', ['active', 'rotating', 'revoked', 'expired']),
    search: textFlag('--search <text>', 'part of the name or the prefix'),
  },
  takes: ['project', 'pages'],
  examples: [['avow key list --state active', 'the keys that work now']],
  run: async (session, input) => {
    const projectId = await currentProject(session)
    const filter = {
      ...(input.state === undefined ? {} : { state: input.state }),
      ...(input.search === undefined ? {} : { search: input.search }),
    }
    const page = await session.pages((query) =>
      session
        .api()
        .GET('/api/v1/projects/{projectId}/keys', { params: { path: { projectId }, query: { ...query, ...filter } } }),
    )
    const now = session.world.now()
    session.printList(
      page,
      [
        { title: 'NAME', value: (key) => key.name, mayShrink: true },
        {
          title: 'STATE',
          value: (key) => key.state,
          paint: (text, key) => paintKeyState(session.paint, key.state, text),
        },
        { title: 'PREFIX', value: (key) => key.prefix },
        { title: 'MODELS', value: (key) => key.allowedModels?.join(', ') ?? 'all', mayShrink: true },
        { title: 'EXPIRES', value: (key) => relativeTime(key.expiresAt, now) },
        { title: 'LAST USED', value: (key) => relativeTime(key.lastUsedAt, now) },
        { title: 'ID', value: (key) => key.id },
      ],
      'No API key here. Create one: avow key create laptop',
    )
  },
})
