import type { modelEndpointView } from '@avow/contract'
import type { z } from 'zod'
import type { Clock } from '../../../platform/clock/index.ts'
import type { ContainerStats, EngineDriver } from '../../../platform/containers/index.ts'
import { costOf, modelNameOf, secondsOf, stateOf } from './endpoint.ts'
import type { EndpointKeeper } from './endpoint-keeper.ts'
import type { EndpointRow, ReplicaRow } from './tables.ts'

interface ViewDeps {
  readonly clock: Pick<Clock, 'nowMs'>
  readonly keeper: Pick<EndpointKeeper, 'served' | 'buildOf'>
  readonly driver: Pick<EngineDriver, 'stats'>
}

/** Until an image was asked for, what runs is what shall run. */
const isCurrentIn = ({ keeper }: Pick<ViewDeps, 'keeper'>, row: EndpointRow, { build }: ReplicaRow): boolean => {
  const wanted = keeper.buildOf(row)
  return wanted === null ? build.startsWith(`${row.revision} `) : build === wanted
}

/** @param replicas all that it has and had */
export const viewEndpoint = (
  deps: Omit<ViewDeps, 'driver'>,
  row: EndpointRow,
  replicas: readonly ReplicaRow[],
): z.input<typeof modelEndpointView> => {
  const served = deps.keeper.served(row.id)
  const load = served?.balance.load() ?? { inFlight: 0, waiting: 0 }
  const open = replicas
    .filter(({ endedAt }) => endedAt === null)
    .map((one) => ({ state: one.state, isCurrent: isCurrentIn(deps, row, one) }))
  const { id, model, size, replicasMin, replicasMax, idleSeconds, currency } = row
  const nowMs = deps.clock.nowMs()
  const reason = served?.reason() ?? null
  return {
    ...{ id, model, modelName: modelNameOf(id), size, replicasMin, replicasMax, idleSeconds },
    state: stateOf(row, open, reason),
    reason,
    ready: open.filter(({ state }) => state === 'ready').length,
    inFlight: load.inFlight,
    waiting: load.waiting,
    currency,
    priceMicrosPerSecond: String(row.priceMicrosPerSecond),
    seconds: replicas.reduce((sum, one) => sum + secondsOf(one, nowMs), 0),
    costMicros: String(costOf(replicas, nowMs)),
    createdAt: row.createdAt.toISOString(),
  }
}

/** What a container uses is told when its engine tells it. */
const usedBy = async ({ driver }: ViewDeps, { id, endedAt }: ReplicaRow): Promise<ContainerStats | null> => {
  if (endedAt !== null) return null
  try {
    return await driver.stats(id)
  } catch {
    return null
  }
}

export const viewReplica = async (deps: ViewDeps, row: EndpointRow, replica: ReplicaRow) => {
  const used = await usedBy(deps, replica)
  return {
    id: replica.id,
    state: replica.state,
    isCurrent: isCurrentIn(deps, row, replica),
    startedAt: replica.startedAt?.toISOString() ?? null,
    endedAt: replica.endedAt?.toISOString() ?? null,
    seconds: secondsOf(replica, deps.clock.nowMs()),
    inFlight: deps.keeper.served(row.id)?.balance.inFlight(replica.id) ?? 0,
    cpuSeconds: used?.cpuSeconds ?? null,
    memoryBytes: used?.memoryBytes ?? null,
  }
}
