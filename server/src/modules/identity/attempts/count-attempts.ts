import { eq, sql } from 'drizzle-orm'
import type { Tx } from '../../../platform/db/index.ts'
import { Refusal } from '../../../platform/http/index.ts'
import type { IdentityDeps } from '../identity.ts'
import { attempt } from '../tables.ts'
import { type AttemptRule, type AttemptState, nextAttempt } from './next-attempt.ts'

/** One counter: a rule and whose it is (an account's address, an IP address, an id). */
export interface Counter {
  readonly rule: AttemptRule
  readonly of: string
}

type Deps = Pick<IdentityDeps, 'database' | 'clock' | 'vault'>

const keyOf = (deps: Pick<Deps, 'vault'>, counter: Counter): string =>
  deps.vault.keyedHash('attempt', `${counter.rule.name}\0${counter.of}`)

const tooMany = (retryAfterMs: number): Refusal => {
  const seconds = Math.max(1, Math.ceil(retryAfterMs / 1000))
  return new Refusal('rate_limited', `Too many attempts. Try again in ${seconds} s.`, {
    headers: { 'retry-after': String(seconds) },
  })
}

const lockState = async (tx: Tx, keyHash: string, nowMs: number): Promise<AttemptState | undefined> => {
  const made = await tx
    .insert(attempt)
    .values({ keyHash, count: 0, lastAt: new Date(nowMs), blockedUntil: null })
    .onConflictDoNothing()
    .returning({ keyHash: attempt.keyHash })
  if (made.length > 0) return undefined
  const [row] = await tx.select().from(attempt).where(eq(attempt.keyHash, keyHash)).for('update')
  if (row === undefined) return undefined
  return { count: row.count, lastAtMs: row.lastAt.getTime(), blockedUntilMs: row.blockedUntil?.getTime() ?? null }
}

/**
 * Counts an attempt before it is made, in a transaction of its own, so that attempts side by side are all counted and a
 * refused one stays counted.
 * @returns whether this was the last attempt before a wait
 * @throws Refusal rate_limited with Retry-After; then nothing is counted
 */
export const countAttempts = (deps: Deps, counters: readonly Counter[]): Promise<{ nowBlocked: boolean }> =>
  deps.database.transaction(async (tx) => {
    const nowMs = deps.clock.nowMs()
    // Always in the same order, so that two requests never wait for each other.
    const keyed = counters.map((counter) => ({ keyHash: keyOf(deps, counter), rule: counter.rule }))
    keyed.sort((a, b) => (a.keyHash < b.keyHash ? -1 : 1))
    let nowBlocked = false
    for (const { keyHash, rule } of keyed) {
      const verdict = nextAttempt(rule, await lockState(tx, keyHash, nowMs), nowMs)
      if (verdict.kind === 'blocked') throw tooMany(verdict.retryAfterMs)
      nowBlocked ||= verdict.nowBlocked
      const { count, blockedUntilMs } = verdict.state
      const blockedUntil = blockedUntilMs === null ? null : new Date(blockedUntilMs)
      await tx
        .update(attempt)
        .set({ count, lastAt: new Date(nowMs), blockedUntil })
        .where(eq(attempt.keyHash, keyHash))
    }
    return { nowBlocked }
  })

/** Whether one waits already. Nothing is counted. */
export const isBlocked = async (deps: Deps, counter: Counter): Promise<boolean> => {
  const [row] = await deps.database.direct
    .select({ blockedUntil: attempt.blockedUntil })
    .from(attempt)
    .where(eq(attempt.keyHash, keyOf(deps, counter)))
  return row?.blockedUntil != null && row.blockedUntil > deps.clock.now()
}

/** Takes counted attempts back after a success: `clear` wholly, `uncount` by one. */
export const forgiveAttempts = async (
  deps: Pick<Deps, 'vault'>,
  tx: Tx,
  counters: { clear?: readonly Counter[]; uncount?: readonly Counter[] },
): Promise<void> => {
  const entries = [
    ...(counters.clear ?? []).map((counter) => ({ keyHash: keyOf(deps, counter), all: true })),
    ...(counters.uncount ?? []).map((counter) => ({ keyHash: keyOf(deps, counter), all: false })),
  ]
  entries.sort((a, b) => (a.keyHash < b.keyHash ? -1 : 1))
  for (const { keyHash, all } of entries) {
    if (all) await tx.delete(attempt).where(eq(attempt.keyHash, keyHash))
    else {
      const count = sql`greatest(${attempt.count} - 1, 0)`
      await tx.update(attempt).set({ count }).where(eq(attempt.keyHash, keyHash))
    }
  }
}
