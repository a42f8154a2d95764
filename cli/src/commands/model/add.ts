import { command, countFlag, one, readFlag, textFlag } from '../../command.ts'
import { usageFailure } from '../../failure.ts'
import { modelText } from '../../model-view.ts'
import { microsFromUnits } from '../../money.ts'
import { firstLineOfInput } from '../../question.ts'

export const addModel = command({
  summary: 'Put an OpenAI-compatible server behind the gateway as a model (operator)',
  args: { id: one('what callers put in `model`') },
  flags: {
    upstream: textFlag('--upstream <url>', 'base address of the server, such as http://127.0.0.1:8000/v1'),
    upstreamModel: textFlag('--upstream-model <id>', 'the name that the server knows it by (the id)'),
    upstreamKey: textFlag(
      '--upstream-key <key>',
      'the server’s key, or - to read it from standard input; stored encrypted',
    ),
    name: textFlag('--name <name>', 'a name for people'),
    description: textFlag('--description <text>', 'what it is good for'),
    provider: textFlag('--provider <name>', 'the same by name: the third party that sees the requests'),
    recipient: textFlag(
      '--recipient <id>',
      'who runs the server, as an id of the policy’s recipients; needed where it is outside your own networks',
    ),
    context: countFlag('--context <tokens>', 'context length'),
    priceIn: readFlag('--price-in <amount>', 'currency units per million prompt tokens, such as 0.15', microsFromUnits),
    priceOut: readFlag('--price-out <amount>', 'currency units per million completion tokens', microsFromUnits),
  },
  examples: [
    ['avow model add qwen3-8b --upstream http://10.0.0.5:8000/v1', 'a vLLM on another machine'],
    [
      'avow model add big --upstream https://api.example/v1 --upstream-key - --recipient example-ai --price-in 0.15 --price-out 0.60 < key',
      'a recipient of the policy, named to everyone who uses it',
    ],
  ],
  run: async (session, input) => {
    if (input.upstream === undefined)
      throw usageFailure(
        '--upstream is missing',
        'Give the base address of an OpenAI-compatible server, such as http://127.0.0.1:8000/v1.',
      )
    const upstreamKey =
      input.upstreamKey === '-' ? await firstLineOfInput(session.world.terminal.input) : input.upstreamKey
    const model = await session.must(
      session.api().POST('/api/v1/operate/models', {
        body: {
          id: input.id,
          upstream: input.upstream,
          ...(input.name === undefined ? {} : { name: input.name }),
          ...(input.description === undefined ? {} : { description: input.description }),
          ...(input.upstreamModel === undefined ? {} : { upstreamModel: input.upstreamModel }),
          ...(upstreamKey === undefined ? {} : { upstreamKey }),
          ...(input.provider === undefined ? {} : { provider: input.provider }),
          ...(input.recipient === undefined ? {} : { recipient: input.recipient }),
          ...(input.context === undefined ? {} : { contextTokens: input.context }),
          ...(input.priceIn === undefined ? {} : { promptMicrosPerMillionTokens: input.priceIn.toString() }),
          ...(input.priceOut === undefined ? {} : { completionMicrosPerMillionTokens: input.priceOut.toString() }),
        },
      }),
    )
    session.print(model, () => modelText(model, session.paint))
  },
})
