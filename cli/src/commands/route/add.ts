import { command, countFlag, readFlag, textFlag } from '../../command.ts'
import { usageFailure } from '../../failure.ts'
import { firstLineOfInput } from '../../question.ts'
import { modelArgument, placeOf } from './list.ts'

/** A whole number from 0 to 9. */
export const tierFlag = readFlag('--tier <n>', 'asked when no lower one can answer: 0 to 9', (raw) => {
  if (!/^\d$/.test(raw)) throw usageFailure(`"${raw}" is not a tier`, 'Write a whole number from 0 to 9.')
  return Number(raw)
})
export const weightFlag = countFlag('--weight <n>', 'its share among those of its tier: 1 to 1000')
export const upstreamKeyFlag = textFlag(
  '--upstream-key <key>',
  'the server’s key, or - to read it from standard input; stored encrypted',
)

export const addRoute = command({
  summary: 'Add an OpenAI-compatible server to the pool of a model (operator)',
  details: 'Prices are those of the model, whoever answers.',
  args: { model: modelArgument },
  flags: {
    upstream: textFlag('--upstream <url>', 'base address of the server, such as http://127.0.0.1:8000/v1'),
    upstreamModel: textFlag('--upstream-model <id>', 'the name that the server knows the model by (the id)'),
    upstreamKey: upstreamKeyFlag,
    recipient: textFlag(
      '--recipient <id>',
      'who runs the server, as an id of the policy’s recipients; needed where it is outside your own networks',
    ),
    weight: weightFlag,
    tier: tierFlag,
  },
  examples: [
    ['avow route add qwen3-8b --upstream http://10.0.0.6:8000/v1 --weight 2', 'a second machine, twice as fast'],
    [
      'avow route add qwen3-8b --upstream https://api.example/v1 --upstream-key - --recipient example-ai --tier 1 < key',
      'a fallback, for organisations that accepted it',
    ],
  ],
  run: async (session, { model, upstream, weight, tier, ...input }) => {
    if (upstream === undefined)
      throw usageFailure(
        '--upstream is missing',
        'Give the base address of an OpenAI-compatible server, such as http://127.0.0.1:8000/v1.',
      )
    const upstreamKey =
      input.upstreamKey === '-' ? await firstLineOfInput(session.world.terminal.input) : input.upstreamKey
    const route = await session.must(
      session.api().POST('/api/v1/operate/models/{modelId}/routes', {
        params: { path: { modelId: model } },
        body: {
          upstream,
          weight: weight ?? 1,
          tier: tier ?? 0,
          ...(input.upstreamModel === undefined ? {} : { upstreamModel: input.upstreamModel }),
          ...(upstreamKey === undefined ? {} : { upstreamKey }),
          ...(input.recipient === undefined ? {} : { recipient: input.recipient }),
        },
      }),
    )
    session.print(
      route,
      () =>
        `${route.id}: ${placeOf(route)} answers for ${model} in tier ${route.tier}${route.provider === null ? '' : `; ${route.provider} sees requests of organisations that accept it`}.\n`,
    )
  },
})
