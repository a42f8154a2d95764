import { contract, type transferView } from '@avow/contract'
import type { z } from 'zod'
import { type Route, route } from '../../../platform/http/index.ts'
import { type CrossingRow, listCrossings } from './processor-store.ts'
import type { Processors } from './processors.ts'

type Transfer = z.input<typeof transferView>

const viewCrossing = ({ firstAt, lastAt, ...row }: CrossingRow): Transfer => ({
  ...row,
  firstAt: firstAt.toISOString(),
  lastAt: lastAt.toISOString(),
})

/** Transfers that the policy announces, and that nothing made use of yet. */
const announced = ({ policy, gates }: Processors, happened: readonly CrossingRow[]): Transfer[] =>
  (policy.source.regions.transfers ?? [])
    .filter(({ to }) => !happened.some((one) => one.to === to))
    .map(({ to, for: name, safeguard }) => ({
      ...{ from: gates.placement.here ?? 'here', to, recipient: null, name, purposes: [], categories: [] },
      ...{ safeguard, times: 0, firstAt: null, lastAt: null },
    }))

/** The register of transfers: each crossing of a border, with its safeguard. */
export const showTransfers = (processors: Processors): Route =>
  route(contract.processors.transfers, async ({ tx }) => {
    const happened = await listCrossings(tx)
    return {
      here: processors.gates.placement.here,
      items: [...happened.map(viewCrossing), ...announced(processors, happened)],
    }
  })
