import { contract, type liveView } from '@avow/contract'
import type { z } from 'zod'
import type { Clock } from '../../../platform/clock/index.ts'
import type { Tx } from '../../../platform/db/index.ts'
import type { PurposeGate } from '../../../platform/gates/index.ts'
import { type Route, route } from '../../../platform/http/index.ts'
import type { LiveCalls, LiveFigures } from './call-watch.ts'

export interface LiveRouteDeps {
  readonly clock: Pick<Clock, 'now'>
  readonly purposeGate: Pick<PurposeGate, 'require'>
  keyNames(tx: Tx, projectIds: readonly string[]): Promise<ReadonlyMap<string, string>>
}

/** The last minutes, out of memory: of a project for its members, of everything for the operator. */
export const liveRoutes = (live: LiveCalls, { clock, purposeGate, keyNames }: LiveRouteDeps): Route[] => {
  const view = (
    { windowSeconds, totals, rows }: LiveFigures,
    names: ReadonlyMap<string, string>,
  ): z.input<typeof liveView> => ({
    at: clock.now().toISOString(),
    windowSeconds,
    totals,
    rows: rows.map(({ figures, ...by }) => ({ ...by, keyName: names.get(by.keyId ?? '') ?? null, ...figures })),
  })
  const look: LiveCalls['look'] = (...of) => {
    purposeGate.require('provide', 'usage.inference')
    return live.look(...of)
  }
  return [
    route(contract.live.project, async ({ tx, params: { projectId }, query: { groupBy } }) =>
      view(look(projectId, groupBy), groupBy === 'key' ? await keyNames(tx, [projectId]) : new Map()),
    ),
    route(contract.live.cloud, async ({ query: { groupBy } }) => view(look(null, groupBy), new Map())),
  ]
}
