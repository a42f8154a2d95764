import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Registry } from 'prom-client'
import type { Billing } from '../modules/billing/index.ts'
import type { Clock } from '../platform/clock/index.ts'
import type { Route } from '../platform/http/index.ts'
import type { Job } from '../platform/jobs/index.ts'
import type { Log } from '../platform/log/index.ts'
import { FolderInUse, filesIn, isFolderHeld, openDataFolder } from './data-folder.ts'
import { gatewayIdOf } from './gateway-facts.ts'

/** A gateway that was killed is given this long to come back and carry its journal by itself. */
const leftMsMin = 60_000

export interface AdoptionDeps {
  /** Folders of gateways, by name. */
  readonly gateways: string
  readonly clock: Pick<Clock, 'nowMs'>
  readonly log: Log
  /** Ids of gateways that said just now that they live: one in a container cannot be seen among the processes. */
  readonly living: () => Promise<ReadonlySet<string>>
  /** Books of another folder's journal; its leases end when they start. */
  readonly billingIn: (
    folder: { readonly path: string; secret(name: string): string },
    registry: Registry,
  ) => Pick<Billing, 'start' | 'stop'>
}

/** When a journal was last written, ms since 1970; null when there is none. */
const lastWritten = (path: string): number | null => {
  const journal = join(path, 'journal')
  if (!existsSync(journal) || !existsSync(join(path, 'journal-holder'))) return null
  const times = readdirSync(journal).map((name) => statSync(join(journal, name)).mtimeMs)
  return times.length === 0 ? null : Math.max(...times)
}

/** Carries what gateways left on this machine that were killed and did not come back. */
export const createAdoption = (deps: AdoptionDeps) => {
  const { gateways, clock, log } = deps
  /** By folder: as it was when there was nothing more to carry. */
  const carried = new Map<string, number | null>()

  const carry = async (path: string): Promise<void> => {
    const folder = openDataFolder(path)
    try {
      const billing = deps.billingIn(folder, new Registry())
      try {
        await billing.start()
      } finally {
        await billing.stop()
      }
    } finally {
      folder.release()
    }
    carried.set(path, lastWritten(path))
  }

  const isLeft = (path: string): boolean => {
    const atMs = lastWritten(path)
    return atMs !== null && atMs !== carried.get(path) && clock.nowMs() - atMs >= leftMsMin && !isFolderHeld(path)
  }

  const adoptLeft = async (): Promise<void> => {
    const left = readdirSync(gateways).filter((name) => isLeft(join(gateways, name)))
    const living = left.length === 0 ? new Set<string>() : await deps.living()
    for (const name of left) {
      const path = join(gateways, name)
      if (living.has(gatewayIdOf(filesIn(path).secret('journal-holder')))) continue
      try {
        await carry(path)
        log.warn({ event: 'journal-adopted', source: name }, 'what a gateway left that did not come back is booked')
      } catch (error) {
        // It came back in between: it carries by itself.
        if (!(error instanceof FolderInUse)) throw error
      }
    }
  }

  const jobs: Job[] = [{ name: 'adopt-journals', readsFor: ['billing'], cron: '* * * * *', run: adoptLeft }]
  const routes: Route[] = []
  return { routes, jobs, adoptLeft }
}
