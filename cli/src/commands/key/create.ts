import { command, countFlag, listFlag, one, textFlag } from '../../command.ts'
import { CliFailure, exitCodes } from '../../failure.ts'
import { currentProject } from '../../place.ts'
import { momentAfter } from '../../time.ts'

export const createKey = command({
  summary: 'Create an API key; its secret is printed once',
  details:
    'Creates an API key. Its secret goes to standard output, once: it is stored only as a keyed hash and cannot be shown again.',
  args: { name: one('what it is for, such as "laptop"') },
  flags: {
    model: listFlag('--model <id>', 'allow only this model; repeat it for more'),
    rpm: countFlag('--rpm <n>', 'requests per minute at most'),
    tpm: countFlag('--tpm <n>', 'tokens per minute at most'),
    concurrent: countFlag('--concurrent <n>', 'requests at once at most'),
    expires: textFlag('--expires <when>', 'a span such as 30d, a UTC date, or an instant'),
  },
  takes: ['project'],
  examples: [
    ['avow key create laptop', 'a key for every model of the project'],
    ['export OPENAI_API_KEY=$(avow key create ci --expires 30d --rpm 60)', 'straight into the environment'],
  ],
  run: async (session, input) => {
    const projectId = await currentProject(session)
    const key = await session.must(
      session.api().POST('/api/v1/projects/{projectId}/keys', {
        params: { path: { projectId } },
        body: {
          name: input.name,
          allowedModels: input.model.length === 0 ? null : input.model,
          requestsPerMinute: input.rpm ?? null,
          tokensPerMinute: input.tpm ?? null,
          concurrentRequests: input.concurrent ?? null,
          expiresAt: input.expires === undefined ? null : momentAfter(input.expires, session.world.now()).toISOString(),
        },
      }),
    )
    if (key.secret === null)
      throw new CliFailure(
        'The key exists, but its secret was shown before',
        exitCodes.failed,
        `Rotate it: avow key rotate ${key.id}`,
      )
    const { secret } = key
    session.print(key, () => `${secret}\n`)
    if (!session.common.json)
      session.note(
        `Keep it now: it is not shown again. Base address for OpenAI clients: ${session.connection().url.value}/v1`,
      )
  },
})
