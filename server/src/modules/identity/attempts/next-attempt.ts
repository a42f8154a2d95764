/** How often something may be tried, and how long one waits after that. */
export interface AttemptRule {
  /** What is counted: part of the key, so counters of different rules never mix. */
  readonly name: string
  readonly allowed: number
  /** A counter begins anew after this time without an attempt. */
  readonly windowMs: number
  /** The first wait; each further attempt after a wait doubles it. */
  readonly waitMs: number
  readonly waitMsMax: number
}

export interface AttemptState {
  readonly count: number
  readonly lastAtMs: number
  readonly blockedUntilMs: number | null
}

export type AttemptVerdict =
  | { readonly kind: 'allowed'; readonly state: AttemptState; readonly nowBlocked: boolean }
  | { readonly kind: 'blocked'; readonly retryAfterMs: number }

/** Decides on one more attempt. A blocked attempt is not counted, so that waiting always helps. */
export const nextAttempt = (rule: AttemptRule, before: AttemptState | undefined, nowMs: number): AttemptVerdict => {
  if (before?.blockedUntilMs != null && before.blockedUntilMs > nowMs) {
    return { kind: 'blocked', retryAfterMs: before.blockedUntilMs - nowMs }
  }
  const isFresh = before === undefined || before.lastAtMs + rule.windowMs <= nowMs
  const count = isFresh ? 1 : before.count + 1
  const over = count - rule.allowed
  const waitMs = over < 0 ? null : Math.min(rule.waitMs * 2 ** Math.min(over, 30), rule.waitMsMax)
  const blockedUntilMs = waitMs === null ? null : nowMs + waitMs
  return { kind: 'allowed', state: { count, lastAtMs: nowMs, blockedUntilMs }, nowBlocked: waitMs !== null }
}
