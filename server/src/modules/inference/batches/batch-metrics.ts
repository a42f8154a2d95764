import { Counter, Gauge, type Registry } from 'prom-client'
import type { Clock } from '../../../platform/clock/index.ts'
import type { Database } from '../../../platform/db/index.ts'
import { countOpen, type OpenCount } from './batch-store.ts'

/** What batches count; labels are states and outcomes, never whose they are. */
export interface BatchMetrics {
  /** A line has its answer. */
  lineDone(isError: boolean): void
}

const states = ['validating', 'in_progress', 'finalizing', 'cancelling'] as const

/** Open batches are read from the database when somebody looks, so that each process says the same of them. */
export const createBatchMetrics = (
  registry: Registry,
  { database, clock }: { readonly database: Database; readonly clock: Pick<Clock, 'nowMs'> },
): BatchMetrics => {
  const registers = [registry]
  /** Empty where the database does not answer: no figure is better than an old one. */
  const look = (): Promise<OpenCount[] | null> => countOpen(database.direct).catch(() => null)
  new Gauge({
    name: 'avow_batches_open',
    help: 'Batches that have not ended, by state; validating are queued',
    labelNames: ['state'],
    registers,
    async collect() {
      const open = await look()
      this.reset()
      for (const state of open === null ? [] : states)
        this.set({ state }, open?.find((one) => one.state === state)?.count ?? 0)
    },
  })
  new Gauge({
    name: 'avow_batches_oldest_age_seconds',
    help: 'Since the oldest open batch was made; 0: none is open',
    registers,
    async collect() {
      const open = await look()
      this.reset()
      if (open === null) return
      const oldest = Math.min(...open.map(({ oldestAt }) => oldestAt.getTime()))
      this.set(open.length === 0 ? 0 : Math.max(0, (clock.nowMs() - oldest) / 1000))
    },
  })
  const lines = new Counter({
    name: 'avow_batch_lines_total',
    help: 'Lines of batches that got their answer in this process, by outcome',
    labelNames: ['outcome'],
    registers,
  })
  for (const outcome of ['completed', 'failed']) lines.inc({ outcome }, 0)
  return { lineDone: (isError) => lines.inc({ outcome: isError ? 'failed' : 'completed' }) }
}
