import { command, listFlag, one, switchFlag, textFlag } from '../../command.ts'
import { usageFailure } from '../../failure.ts'
import { keyText } from '../../key-view.ts'
import { limitFlags, limitsFrom } from '../../limit-flags.ts'
import { currentProject } from '../../place.ts'
import { momentAfter } from '../../time.ts'

const expiryFrom = (text: string, now: Date): string | null =>
  text === 'never' ? null : momentAfter(text, now).toISOString()

export const updateKey = command({
  summary: 'Change an API key’s name or limits',
  args: { id: one('the key’s id') },
  flags: {
    name: textFlag('--name <name>', 'a new name'),
    model: listFlag('--model <id>', 'allow only this model; repeat it for more'),
    everyModel: switchFlag('--every-model', 'allow every model of the project'),
    ...limitFlags,
    expires: textFlag('--expires <when>', 'a span such as 30d, a date, an instant, or never'),
  },
  takes: ['project'],
  examples: [
    ['avow key update key_123 --rpm 120', 'at most 120 requests a minute'],
    ['avow key update key_123 --tpm none --expires never', 'without a limit of its own'],
  ],
  run: async (session, input) => {
    if (input.everyModel && input.model.length > 0) throw usageFailure('--model and --every-model exclude each other')
    const onlyModels = input.model.length > 0 ? input.model : undefined
    const allowedModels = input.everyModel ? null : onlyModels
    const expiresAt = input.expires === undefined ? undefined : expiryFrom(input.expires, session.world.now())
    const change = {
      ...(input.name === undefined ? {} : { name: input.name }),
      ...(allowedModels === undefined ? {} : { allowedModels }),
      ...limitsFrom(input),
      ...(expiresAt === undefined ? {} : { expiresAt }),
    }
    if (Object.keys(change).length === 0)
      throw usageFailure(
        'Nothing to change',
        'Say what: --name, --model, --every-model, --rpm, --tpm, --concurrent or --expires.',
      )
    const projectId = await currentProject(session)
    const key = await session.must(
      session.api().PATCH('/api/v1/projects/{projectId}/keys/{keyId}', {
        params: { path: { projectId, keyId: input.id } },
        body: change,
      }),
    )
    session.print(key, () => keyText(key, session.paint))
  },
})
