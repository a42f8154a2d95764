import type { Answered } from '../../api-types.ts'
import { command, one } from '../../command.ts'
import type { Palette } from '../../terminal.ts'

export type ModelRoute = Answered<'/api/v1/operate/models/{modelId}/routes', 'get', 200>['items'][number]

export const modelArgument = one('the model’s id')

/** Where requests go there, in words. */
export const placeOf = ({ kind, upstream, country }: ModelRoute): string => {
  const where = upstream ?? (kind === 'supplied' ? 'a server of this cloud' : 'this machine')
  return country === null ? where : `${where} (${country})`
}

const paintState = (paint: Palette, state: ModelRoute['state'], text: string): string => {
  if (state === 'ready') return paint.green(text)
  return state === 'failed' || state === 'resting' ? paint.red(text) : paint.dim(text)
}

export const listRoutes = command({
  summary: 'List the pool of servers that answer for a model (operator)',
  details:
    'Requests go to the lowest tier that can answer, there by weight and load. A server that fails five times in a row rests for ten seconds. No request goes to a company that its organisation has not accepted, or out of the region to which it is pinned.',
  args: { model: modelArgument },
  examples: [['avow route list qwen3-8b', 'who answers, and what each has to do now']],
  run: async (session, { model }) => {
    const path = { modelId: model }
    const { items } = await session.must(
      session.api().GET('/api/v1/operate/models/{modelId}/routes', { params: { path } }),
    )
    session.printList(
      { items, nextCursor: null },
      [
        { title: 'ROUTE', value: (route) => route.id },
        {
          title: 'STATE',
          value: (route) => route.state,
          paint: (text, route) => paintState(session.paint, route.state, text),
        },
        { title: 'TIER', value: (route) => String(route.tier), right: true },
        { title: 'WEIGHT', value: (route) => String(route.weight), right: true },
        { title: 'NOW', value: (route) => String(route.inFlight), right: true },
        { title: 'SERVER', value: placeOf, mayShrink: true },
        { title: 'SEEN BY', value: (route) => route.provider ?? 'this cloud only', mayShrink: true },
        { title: 'NOTE', value: (route) => route.forbidden ?? route.reason ?? '', mayShrink: true },
      ],
      'Nobody answers for this model.',
    )
  },
})
