import type { IncomingMessage, ServerResponse } from 'node:http'
import { errors } from '@avow/contract'
import { eq } from 'drizzle-orm'
import type { Clock } from '../platform/clock/index.ts'
import { type Database, restoreRun } from '../platform/db/index.ts'
import { recordDecision } from '../platform/evidence/index.ts'
import type { Log } from '../platform/log/index.ts'
import type { Part } from './health.ts'

/** Keeps a restored database from being served before what was erased since the backup is erased again. */
export interface RestoreGuard {
  isPending(): boolean
  /** State for /readyz. */
  part(): Part[]
  /** Answers every request but those of health while a restore is not done. @returns whether it answered */
  refuse(request: IncomingMessage, response: ServerResponse): boolean
  /** Erases again, and opens the door. */
  finish(): Promise<void>
}

const { title, todo, status } = errors.restoring
const healthPaths = new Set(['/healthz', '/readyz'])

/** Problem details (RFC 9457) for the control plane; OpenAI's shape below /v1. */
const bodyFor = (path: string): string =>
  path.startsWith('/v1')
    ? JSON.stringify({ error: { message: `${title}. ${todo}`, type: 'server_error', param: null, code: 'restoring' } })
    : JSON.stringify({ type: '/docs/errors/restoring', title, status, code: 'restoring', detail: `${title}. ${todo}` })

/**
 * @param pending ids of restores that are loaded and not done, read before anything is served
 * @param erase carries what the journal holds, then erases; gives the number of subjects
 */
export const createRestoreGuard = (deps: {
  database: Database
  clock: Clock
  log: Log
  pending: readonly string[]
  erase: () => Promise<number>
}): RestoreGuard => {
  const { clock, database, log } = deps
  let isPending = deps.pending.length > 0
  return {
    isPending: () => isPending,
    part: () =>
      isPending
        ? [{ name: 'restore', ok: false, required: true, state: 'erasing again what was erased since the backup' }]
        : [],
    refuse: (request, response) => {
      const path = request.url ?? '/'
      if (!isPending || healthPaths.has(path.split('?')[0] ?? '')) return false
      const type = path.startsWith('/v1') ? 'application/json' : 'application/problem+json'
      response.writeHead(status, { 'content-type': type, 'retry-after': '5' }).end(bodyFor(path))
      return true
    },
    finish: async () => {
      if (!isPending) return
      const erased = await deps.erase()
      await database.transaction(async (tx) => {
        for (const id of deps.pending)
          await tx
            .update(restoreRun)
            .set({ state: 'done', finishedAt: clock.now(), erased })
            .where(eq(restoreRun.id, id))
        await recordDecision(tx, clock, { gate: 'backup', decision: 'done', rule: 'restored', counted: erased })
      })
      log.warn({ event: 'restored', count: erased }, 'a backup was restored; what was erased since is erased again')
      isPending = false
    },
  }
}

export const findPendingRestores = async (database: Database): Promise<string[]> => {
  const rows = await database.direct
    .select({ id: restoreRun.id })
    .from(restoreRun)
    .where(eq(restoreRun.state, 'loaded'))
  return rows.map(({ id }) => id)
}

/** @param flush carries what the backup's journal holds, which is somebody's too; @param erase gives the number of subjects */
export const guardRestore = async (
  { database, clock, log }: { readonly database: Database; readonly clock: Clock; readonly log: Log },
  flush: () => Promise<void>,
  erase: () => Promise<number>,
): Promise<RestoreGuard> => {
  const pending = await findPendingRestores(database)
  const eraseAll = async (): Promise<number> => {
    await flush()
    return erase()
  }
  return createRestoreGuard({ database, clock, log: log.child('restore'), pending, erase: eraseAll })
}
