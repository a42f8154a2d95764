import { command, one, readFlag, switchFlag, textFlag } from '../../command.ts'
import { usageFailure } from '../../failure.ts'
import { modelText } from '../../model-view.ts'
import { microsFromUnits } from '../../money.ts'

export const updateModel = command({
  summary: 'Change a model’s prices or provider, or enable or disable it (operator)',
  args: { id: one('the model’s id') },
  flags: {
    enable: switchFlag('--enable', 'let it answer'),
    disable: switchFlag('--disable', 'take it out of service; usage already booked stays'),
    description: textFlag('--description <text>', 'what it is good for'),
    provider: textFlag(
      '--provider <name>',
      'the third party that sees the requests; - for nobody, in private networks',
    ),
    recipient: textFlag(
      '--recipient <id>',
      'who runs the server, as an id of the policy’s recipients; - for the operator',
    ),
    priceIn: readFlag('--price-in <amount>', 'currency units per million prompt tokens', microsFromUnits),
    priceOut: readFlag('--price-out <amount>', 'currency units per million completion tokens', microsFromUnits),
  },
  examples: [['avow model update qwen3-8b --price-in 0.15 --price-out 0.60', 'new prices, for requests from now on']],
  run: async (session, input) => {
    if (input.enable && input.disable) throw usageFailure('--enable and --disable exclude each other')
    const change = {
      ...(input.enable || input.disable ? { enabled: input.enable } : {}),
      ...(input.description === undefined ? {} : { description: input.description }),
      ...(input.provider === undefined ? {} : { provider: input.provider === '-' ? null : input.provider }),
      ...(input.recipient === undefined ? {} : { recipient: input.recipient === '-' ? null : input.recipient }),
      ...(input.priceIn === undefined ? {} : { promptMicrosPerMillionTokens: input.priceIn.toString() }),
      ...(input.priceOut === undefined ? {} : { completionMicrosPerMillionTokens: input.priceOut.toString() }),
    }
    if (Object.keys(change).length === 0)
      throw usageFailure(
        'Nothing to change',
        'Say what: --enable, --disable, --description, --provider, --recipient, --price-in or --price-out.',
      )
    const model = await session.must(
      session
        .api()
        .PATCH('/api/v1/operate/models/{modelId}', { params: { path: { modelId: input.id } }, body: change }),
    )
    session.print(model, () => modelText(model, session.paint))
  },
})
