import type { endpointEventKinds } from '@avow/contract'
import type { ObservedContainer } from '../../../platform/containers/index.ts'
import type { EndpointRow, ReplicaRow } from './tables.ts'

export type EventKind = (typeof endpointEventKinds)[number]

/** The name by which its project calls it. */
export const modelNameOf = (id: string): string => `endpoint/${id}`

/** What a replica must run to be up to date. */
export const buildOf = ({ revision }: Pick<EndpointRow, 'revision'>, image: string): string => `${revision} ${image}`

/** Whole seconds that a replica ran, begun ones counted, as the engine saw it. */
export const secondsOf = ({ startedAt, endedAt }: Pick<ReplicaRow, 'startedAt' | 'endedAt'>, nowMs: number): number => {
  if (startedAt === null) return 0
  return Math.max(0, Math.ceil(((endedAt?.getTime() ?? nowMs) - startedAt.getTime()) / 1000))
}

/** What replicas cost, in micro-units. */
export const costOf = (
  replicas: readonly Pick<ReplicaRow, 'startedAt' | 'endedAt' | 'priceMicrosPerSecond'>[],
  nowMs: number,
): bigint => replicas.reduce((sum, one) => sum + BigInt(secondsOf(one, nowMs)) * one.priceMicrosPerSecond, 0n)

export type EndpointState = 'asleep' | 'starting' | 'ready' | 'updating' | 'failing' | 'deleting'

/** What people are told that it does now. `failing`: the last start failed, and none is ready. */
export const stateOf = (
  endpoint: Pick<EndpointRow, 'deletedAt' | 'replicasMin'>,
  replicas: readonly { readonly state: ReplicaRow['state']; readonly isCurrent: boolean }[],
  failure: string | null,
): EndpointState => {
  const living = replicas.filter(({ state }) => state === 'starting' || state === 'ready')
  const isReady = living.some(({ state }) => state === 'ready')
  if (endpoint.deletedAt !== null) return 'deleting'
  if (isReady) return living.some(({ isCurrent }) => !isCurrent) ? 'updating' : 'ready'
  if (failure !== null) return 'failing'
  return living.length > 0 || endpoint.replicasMin > 0 ? 'starting' : 'asleep'
}

/** Why a replica ended that should not have, in words for its people. */
export const reasonOf = (container: ObservedContainer | null): string => {
  if (container === null) return 'Its container was removed, and not by this server.'
  if (container.isOutOfMemory) return 'It needed more memory than its size has. A larger size may help.'
  return `It ended by itself with exit code ${container.exitCode ?? 'unknown'}.`
}
