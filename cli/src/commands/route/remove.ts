import { command } from '../../command.ts'
import { confirm } from '../../confirm.ts'
import { modelArgument } from './list.ts'
import { routeArgument } from './set.ts'

export const removeRoute = command({
  summary: 'Take a server out of the pool of a model (operator)',
  details: 'Takes a server out of the pool of a model, and forgets its key. Requests that are there end.',
  args: { model: modelArgument, route: routeArgument },
  takes: ['confirmation'],
  examples: [['avow route remove qwen3-8b mrt_123', 'asks first']],
  run: async (session, { model, route }) => {
    await confirm(session, `Take ${route} out of the pool of ${model}?`)
    const path = { modelId: model, routeId: route }
    await session.must(session.api().DELETE('/api/v1/operate/models/{modelId}/routes/{routeId}', { params: { path } }))
    session.print({ id: route, removed: true }, () => `Removed ${route}.\n`)
  },
})
