import type { Registry } from 'prom-client'
import type { Clock } from '../../../platform/clock/index.ts'
import type { UsageEvent } from '../../billing/index.ts'
import type { CallFacts } from '../gateway/call-facts.ts'
import type { KeyRecord } from '../gateway/key-directory.ts'
import type { Operation } from '../gateway/operation.ts'
import type { CallTimes } from './call-times.ts'
import { errorKindOf } from './error-kind.ts'
import { createGenAiMetrics, type ModelMetrics } from './gen-ai-metrics.ts'
import { minutesKept, RecentCalls, type RecentFigures, RecentSum } from './recent-calls.ts'

type WatchedFacts = Pick<CallFacts, 'key' | 'route' | 'target' | 'operation' | 'stream'>

/** A call under way, for who watches. */
export interface WatchedCall {
  ended(facts: WatchedFacts, event: UsageEvent, times: CallTimes): void
}

/** What the gateway tells of its calls: figures, never what was asked or answered. */
export interface CallWatch {
  began(facts: WatchedFacts): WatchedCall
  /** A key's request was turned away before a model. */
  refused(code: string, of: { key: KeyRecord; operation: Operation; route: { readonly id: string } }): void
}

/** By what figures are put together. */
export type LiveGroup = 'model' | 'key' | 'endpoint'

export interface LiveRow {
  readonly model: string | null
  readonly keyId: string | null
  /** Path of the API, such as /v1/embeddings. */
  readonly endpoint: string | null
  readonly figures: RecentFigures
}

export interface LiveFigures {
  /** Seconds that they cover, up to now. */
  readonly windowSeconds: number
  readonly totals: RecentFigures
  /** Most requests first. */
  readonly rows: readonly LiveRow[]
}

export interface LiveCalls {
  /** @param projectId null: all of them */
  look(projectId: string | null, by: LiveGroup): LiveFigures
}

/** Told of each call that has ended. */
export type CallEnded = (facts: WatchedFacts, event: UsageEvent, times: CallTimes, errorKind: string | null) => void

interface Watched extends WatchedCall {
  readonly key: Pick<KeyRecord, 'keyId' | 'projectId'>
  readonly model: string
  readonly operation: Operation
  readonly recent: RecentCalls
}

const minuteMs = 60_000
/** Keys, models and endpoints whose last minutes are remembered, a few kilobytes each. */
const watchedMax = 5000
/** Calls of more keys than that, together: they are in the sums of the whole cloud only. */
const others = { keyId: '', projectId: '' }

/** Watches calls of this process, in memory alone. */
export const createCallWatch = (deps: {
  registry: Registry
  clock: Pick<Clock, 'monotonicMs'>
  /** Sends them to a collector; without it nobody is told. */
  ended?: CallEnded
}): CallWatch & LiveCalls => {
  const { clock, ended } = deps
  const metrics = createGenAiMetrics(deps.registry)
  const byKey = new Map<string, Watched[]>()
  let watchedCount = 0
  let forgottenMinute = 0
  const startedMs = clock.monotonicMs()
  const minuteNow = (): number => Math.floor(clock.monotonicMs() / minuteMs)

  const forgetIdle = (): void => {
    const minute = minuteNow()
    if (minute === forgottenMinute) return
    forgottenMinute = minute
    for (const [keyId, all] of byKey) {
      const kept = all.filter(({ recent }) => !recent.isIdle(minute))
      watchedCount -= all.length - kept.length
      if (kept.length === 0) byKey.delete(keyId)
      else byKey.set(keyId, kept)
    }
  }

  const watch = (key: Watched['key'], model: string, operation: Operation): Watched => {
    const recent = new RecentCalls()
    const figures: ModelMetrics = metrics.of(model, operation)
    const watched: Watched = {
      ...{ key: key === others ? others : { keyId: key.keyId, projectId: key.projectId }, model, operation, recent },
      ended: (facts, event, times) => {
        const errorKind = errorKindOf(event, times.fault)
        recent.inFlight--
        recent.ended(event, times, errorKind, minuteNow())
        figures.observe(event, times, errorKind)
        ended?.(facts, event, times, errorKind)
      },
    }
    watchedCount++
    const all = byKey.get(key.keyId)
    if (all === undefined) byKey.set(key.keyId, [watched])
    else all.push(watched)
    return watched
  }

  const watchedOf = (key: Watched['key'], model: string, operation: Operation): Watched => {
    const all = byKey.get(key.keyId)
    // A key has few of them: looking through is quicker than making a name for each.
    if (all !== undefined) for (const one of all) if (one.model === model && one.operation === operation) return one
    if (watchedCount >= watchedMax) forgetIdle()
    if (watchedCount < watchedMax || key === others) return watch(key, model, operation)
    return watchedOf(others, model, operation)
  }

  return {
    began: ({ key, route, operation }) => {
      const watched = watchedOf(key, route.id, operation)
      watched.recent.inFlight++
      return watched
    },
    refused: (code, { key, route, operation }) => watchedOf(key, route.id, operation).recent.refused(code, minuteNow()),
    look: (projectId, by) => {
      const [ms, minute] = [clock.monotonicMs(), minuteNow()]
      const ofProject = [...byKey.values()]
        .flat()
        .filter(({ key }) => projectId === null || key.projectId === projectId)
      const first = Math.max((minute - minutesKept + 1) * minuteMs, startedMs)
      return { windowSeconds: Math.max(1, Math.round((ms - first) / 1000)), ...groupsOf(ofProject, by, minute) }
    },
  }
}

const nameOf: Readonly<Record<LiveGroup, (watched: Watched) => string>> = {
  model: ({ model }) => model,
  key: ({ key }) => key.keyId,
  endpoint: ({ operation }) => operation.path,
}

const groupsOf = (all: readonly Watched[], by: LiveGroup, minute: number): Pick<LiveFigures, 'totals' | 'rows'> => {
  const totals = new RecentSum()
  const groups = new Map<string, RecentSum>()
  for (const watched of all) {
    if (watched.recent.isIdle(minute)) continue
    const name = nameOf[by](watched)
    const sum = groups.get(name) ?? new RecentSum()
    groups.set(name, sum)
    watched.recent.addTo(sum, minute)
  }
  for (const sum of groups.values()) totals.add(sum)
  const rows = [...groups].map(([name, sum]) => ({
    model: by === 'model' ? name : null,
    keyId: by === 'key' ? name : null,
    endpoint: by === 'endpoint' ? name : null,
    figures: sum.figures(),
  }))
  const weight = ({ figures: { requests, refused, inFlight } }: LiveRow): number => requests + refused + inFlight
  return { totals: totals.figures(), rows: rows.sort((a, b) => weight(b) - weight(a)) }
}
