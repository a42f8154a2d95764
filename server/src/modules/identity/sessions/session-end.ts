import { dueAt, type RetentionRule } from '@avow/policy'
import { day, type Identity } from '../identity.ts'

/** No session is older, also where the policy would let it be. */
const sessionAgeMsMax = 30 * day

export type SessionRule = Pick<RetentionRule, 'period' | 'trigger'> | null

/** The policy's period of sessions, from their last use or from their beginning. */
export const sessionRule = (policy: Pick<Identity['policy'], 'retention'>): SessionRule => policy.retention('session')

const earlier = (one: Date, other: Date | null): Date => (other !== null && other < one ? other : one)

/** When a session that begins now ends however much it is used. */
export const absoluteEnd = (rule: SessionRule, createdAt: Date): Date => {
  const byPolicy = rule?.trigger === 'creation' ? dueAt(createdAt, rule.period) : null
  return earlier(new Date(createdAt.getTime() + sessionAgeMsMax), byPolicy)
}

/** When a session ends if it is not used again: by the policy in force, or at the end that it was given. */
export const endOf = (
  rule: SessionRule,
  session: { readonly createdAt: Date; readonly lastSeenAt: Date; readonly expiresAt: Date },
): Date => {
  if (rule === null) return session.expiresAt
  const from = rule.trigger === 'last-activity' ? session.lastSeenAt : session.createdAt
  return earlier(session.expiresAt, dueAt(from, rule.period))
}
