import type { Registry } from 'prom-client'
import type { Clock } from '../../../platform/clock/index.ts'
import type { EgressGate } from '../../../platform/gates/index.ts'
import type { Route } from '../../../platform/http/index.ts'
import type { Log } from '../../../platform/log/index.ts'
import { spanOfCall } from './call-span.ts'
import { type CallWatch, createCallWatch } from './call-watch.ts'
import { type LiveRouteDeps, liveRoutes } from './live-routes.ts'
import { type Collector, createSpanSender } from './send-spans.ts'

export { type Collector, spansTo } from './send-spans.ts'

export interface WatchingDeps extends LiveRouteDeps {
  readonly clock: Pick<Clock, 'now' | 'monotonicMs'>
  readonly registry: Registry
  readonly log: Log
  readonly gates: { readonly egress: Pick<EgressGate, 'judge' | 'refuse'> }
  /** Absent: spans are sent nowhere. */
  readonly config: { readonly collector: Collector | undefined }
}

/** What is seen of calls while they go by: live figures, metrics, and spans for a collector. */
export const createWatching = (
  deps: WatchingDeps,
): { readonly watch: CallWatch; readonly routes: readonly Route[]; stop(): Promise<void> } => {
  const { collector } = deps.config
  const sender = collector === undefined ? null : createSpanSender({ ...deps, ...deps.gates }, collector)
  const watch = createCallWatch({
    ...deps,
    ...(sender === null ? {} : { ended: (...of) => sender.add(spanOfCall(...of)) }),
  })
  return { watch, routes: liveRoutes(watch, deps), stop: async () => sender?.stop() }
}
