import { contract } from '@avow/contract'
import { type Route, route } from '../../../platform/http/index.ts'
import { listGateways, lostAfterSeconds } from './gateway-store.ts'

/** Which gateways there are, for the operator. */
export const gatewayRoutes = (): Route[] => [
  route(contract.gateways.list, async ({ tx }) => ({
    lostAfterSeconds,
    items: (await listGateways(tx)).map(({ isAlive, startedAt, seenAt, ...row }) => ({
      ...row,
      state: isAlive ? ('alive' as const) : ('gone' as const),
      startedAt: startedAt.toISOString(),
      seenAt: seenAt.toISOString(),
    })),
  })),
]
