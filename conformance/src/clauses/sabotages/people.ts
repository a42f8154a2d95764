import { change, gates, identity, server } from '../change-source.ts'
import type { Sabotage } from '../sabotage.ts'

/** Ways to break what is promised about accounts, keys, roles and staff. */
export const peopleSabotages: Readonly<Record<string, Sabotage>> = {
  'minimum-age': {
    how: 'anybody is old enough',
    changes: [
      change(
        `${identity}/people/sign-up.ts`,
        'const isOldEnough = age >= policy.minimumAge',
        'const isOldEnough = true',
      ),
    ],
  },
  'sign-up-asks': {
    how: 'sign-up does not ask for the name',
    changes: [
      change(
        'contract/src/account.ts',
        'name,\n      birthDate: z.iso.date()',
        "name: name.default('Somebody'),\n      birthDate: z.iso.date()",
      ),
    ],
  },
  'verified-mail': {
    how: 'a wrong link verifies an address',
    changes: [
      change(
        `${identity}/people/verify-email.ts`,
        "if (waiting === undefined) throw new Refusal('token_invalid')",
        "if (waiting === undefined) return { email: 'guessed@avow.invalid' }",
      ),
    ],
  },
  'sessions-revocable': {
    how: 'ending a session leaves it',
    changes: [
      change(
        `${identity}/sessions/end-session.ts`,
        'await deleteSession(tx, caller.personId, params.sessionId)',
        'true',
      ),
    ],
  },
  'password-hash': {
    how: 'the gate is content with weak hashes',
    changes: [
      change(
        `${gates}/password.ts`,
        'needsRehash: (stored) => !followsPasswordRule(stored, wanted)',
        'needsRehash: () => false',
      ),
    ],
  },
  'roles-enforced': {
    how: 'every member may do everything',
    changes: [
      change(`${identity}/authorise.ts`, "if (!access.roles.includes(found.role)) throw new Refusal('forbidden')", ''),
    ],
  },
  'tenant-isolation': {
    how: 'a stranger counts as a member',
    changes: [
      change(
        `${identity}/authorise.ts`,
        'and(eq(membership.personId, personId), isNull(organisation.closedAt))',
        'isNull(organisation.closedAt)',
      ),
    ],
  },
  'staff-second-factor': {
    how: 'staff act without a code',
    changes: [change(`${identity}/staff/is-staff-active.ts`, "policy.staffSecondFactor === 'optional'", 'true')],
  },
  'staff-access-recorded': {
    how: 'staff open mail without a ticket',
    changes: [
      change(
        `${gates}/staff-access.ts`,
        "if (!emergency && (ticket ?? '').trim() === '')",
        "if (reason === undefined && (ticket ?? '').trim() === '')",
      ),
    ],
  },
  'abuse-limits': {
    how: 'each try counts as the first, a key may call as often as it likes, no flood is one, and no spending is sudden',
    changes: [
      change(
        `${identity}/attempts/count-attempts.ts`,
        'nextAttempt(rule, await lockState(tx, keyHash, nowMs), nowMs)',
        'nextAttempt(rule, (await lockState(tx, keyHash, nowMs)) && undefined, nowMs)',
      ),
      change(
        `${server}/modules/inference/gateway/call-limits.ts`,
        'requestsPerMinute !== null && meter.requests < requests',
        'requestsPerMinute !== null && meter.requests < -1e9',
      ),
      change(`${gates}/strangers.ts`, 'if (counter.count < rule.times) return', 'if (counter.count < 1e9) return'),
      change(
        `${server}/modules/billing/watch-spend.ts`,
        'BigInt(before) * BigInt(rule.times)',
        'BigInt(before) * BigInt(rule.times) * 1000000n',
      ),
    ],
  },
  'attack-alerts': {
    how: 'nobody is told of an attack',
    changes: [
      change(`${gates}/attack-watch.ts`, 'waiting.push({ ...suspicion', 'if (nowMs < 0) waiting.push({ ...suspicion'),
    ],
  },
  'api-keys-hashed': {
    how: 'the whole secret is kept to show',
    changes: [change(`${identity}/secrets.ts`, 'secret.slice(0, 12)', 'secret')],
  },
  'api-key-revocation': {
    how: 'a revoked key looks active to gateways',
    changes: [change(`${identity}/keys/key-directory.ts`, "row.revokedAt === null ? 'active' : 'revoked'", "'active'")],
  },
  'api-key-rotation': {
    how: 'the old key never ends',
    changes: [
      change(`${identity}/keys/change-key.ts`, '{ replacedBy: row.id, expiresAt: oldEnd }', '{ replacedBy: row.id }'),
    ],
  },
  'closure-locks': {
    how: 'the keys of a closed organisation go on',
    changes: [change(`${identity}/people/close-account.ts`, '.set({ revokedAt: now })', '.set({ revokedAt: null })')],
  },
}
