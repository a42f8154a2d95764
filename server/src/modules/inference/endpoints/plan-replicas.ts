/** A replica as far as planning needs it. */
export interface PlannedReplica {
  readonly id: string
  readonly state: 'starting' | 'ready' | 'draining'
  /** It runs what the endpoint now wants; the others are of before a change. */
  readonly isCurrent: boolean
  readonly inFlight: number
}

export interface Wish {
  /** How many shall be ready. */
  readonly wanted: number
  /** False while a pause after a failed start goes on. */
  readonly mayStart: boolean
}

/** The next steps; `end` is for replicas that have nothing more to do. */
export interface Plan {
  readonly start: number
  readonly drain: readonly string[]
  readonly end: readonly string[]
}

/**
 * What brings replicas nearer to what is wanted, in steps of which each leaves as many ready as there were: a change takes
 * one replica more for a while, and an old one goes only when a new one is ready in its place.
 */
export const planReplicas = (replicas: readonly PlannedReplica[], { wanted, mayStart }: Wish): Plan => {
  const living = replicas.filter(({ state }) => state !== 'draining')
  const current = living.filter(({ isCurrent }) => isCurrent)
  const old = living.filter(({ isCurrent }) => !isCurrent)
  const missing = Math.max(0, wanted - current.length)
  const room = old.length === 0 ? missing : Math.max(0, Math.min(missing, wanted + 1 - living.length))
  const drain = [...dispensableOld(old, current, wanted), ...dispensableCurrent(current, wanted)]
  const idle = replicas.filter(({ state, inFlight }) => state === 'draining' && inFlight === 0)
  return { start: mayStart ? room : 0, drain, end: idle.map(({ id }) => id) }
}

const readyOf = (replicas: readonly PlannedReplica[]): PlannedReplica[] =>
  replicas.filter(({ state }) => state === 'ready')

/** Those that never served go at once; of the others as many as new ones are ready in their place. */
const dispensableOld = (
  old: readonly PlannedReplica[],
  current: readonly PlannedReplica[],
  wanted: number,
): string[] => {
  const ready = readyOf(old)
  const spare = Math.max(0, readyOf(current).length + ready.length - wanted)
  const unborn = old.filter(({ state }) => state === 'starting')
  return [...unborn, ...ready.slice(0, spare)].map(({ id }) => id)
}

/** More than are wanted: first those that are not ready yet, then the least busy. */
const dispensableCurrent = (current: readonly PlannedReplica[], wanted: number): string[] => {
  const spare = Math.max(0, current.length - wanted)
  const rank = ({ state, inFlight }: PlannedReplica): number => (state === 'starting' ? -1 : inFlight)
  return [...current]
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, spare)
    .map(({ id }) => id)
}
