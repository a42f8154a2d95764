import { command, one, switchFlag } from '../../command.ts'
import { usageFailure } from '../../failure.ts'
import { firstLineOfInput } from '../../question.ts'
import { tierFlag, upstreamKeyFlag, weightFlag } from './add.ts'
import { modelArgument, placeOf } from './list.ts'

export const routeArgument = one('the server’s id, as avow route list shows it; own: the model’s own place')

export const setRoute = command({
  summary: 'Change the weight, tier or key of a server in a pool, or take it out of service (operator)',
  args: { model: modelArgument, route: routeArgument },
  flags: {
    weight: weightFlag,
    tier: tierFlag,
    enable: switchFlag('--enable', 'let requests go there'),
    disable: switchFlag('--disable', 'let no more requests go there; those under way end'),
    upstreamKey: upstreamKeyFlag,
  },
  examples: [
    ['avow route set qwen3-8b own --tier 1', 'the model’s own place becomes the fallback'],
    ['avow route set qwen3-8b mrt_123 --disable', 'before a machine is stopped'],
  ],
  run: async (session, { model, route: routeId, weight, tier, enable, disable, upstreamKey: given }) => {
    if (enable && disable) throw usageFailure('--enable and --disable exclude each other')
    const upstreamKey = given === '-' ? await firstLineOfInput(session.world.terminal.input) : given
    const body = {
      ...(weight === undefined ? {} : { weight }),
      ...(tier === undefined ? {} : { tier }),
      ...(enable || disable ? { enabled: enable } : {}),
      ...(upstreamKey === undefined ? {} : { upstreamKey }),
    }
    if (Object.keys(body).length === 0)
      throw usageFailure('Nothing to change', 'Say what: --weight, --tier, --enable, --disable or --upstream-key.')
    const route = await session.must(
      session.api().PATCH('/api/v1/operate/models/{modelId}/routes/{routeId}', {
        params: { path: { modelId: model, routeId } },
        body,
      }),
    )
    session.print(
      route,
      () =>
        `${route.id}: ${placeOf(route)}, tier ${route.tier}, weight ${route.weight}${route.enabled ? '' : ', out of service'}.\n`,
    )
  },
})
