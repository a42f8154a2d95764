import { describe, expect, it } from 'vitest'
import { type AttemptRule, type AttemptState, nextAttempt } from './next-attempt.ts'

const rule: AttemptRule = { name: 'test', allowed: 3, windowMs: 60_000, waitMs: 1000, waitMsMax: 5000 }

/** Tries again and again, waiting as told. @returns the waits in ms */
const waits = (attempts: number): number[] => {
  const seen: number[] = []
  let state: AttemptState | undefined
  let nowMs = 0
  for (let i = 0; i < attempts; i++) {
    const verdict = nextAttempt(rule, state, nowMs)
    if (verdict.kind === 'blocked') throw new Error('it did not wait')
    state = verdict.state
    seen.push((state.blockedUntilMs ?? nowMs) - nowMs)
    nowMs = Math.max(nowMs, state.blockedUntilMs ?? 0)
  }
  return seen
}

describe('attempts', () => {
  it('are free at first, then the wait doubles up to its maximum', () => {
    expect(waits(8)).toEqual([0, 0, 1000, 2000, 4000, 5000, 5000, 5000])
  })

  it('are refused while waiting, with the time that is left, and are not counted', () => {
    const state = { count: 3, lastAtMs: 0, blockedUntilMs: 1000 }
    expect(nextAttempt(rule, state, 400)).toEqual({ kind: 'blocked', retryAfterMs: 600 })
    expect(nextAttempt(rule, state, 1000)).toMatchObject({ kind: 'allowed', state: { count: 4 } })
  })

  it('begin anew after the window without one', () => {
    const state = { count: 9, lastAtMs: 0, blockedUntilMs: 5000 }
    expect(nextAttempt(rule, state, 60_000)).toMatchObject({ state: { count: 1, blockedUntilMs: null } })
  })
})
