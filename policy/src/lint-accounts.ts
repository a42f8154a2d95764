/** Whether what people can take back fits the deadlines and periods of the same policy. */
import { usualAccounts } from './compile-policy.ts'
import { addDuration, parseDuration, parsePeriod } from './duration.ts'
import type { Remark } from './lint-policy.ts'
import type { Policy } from './parse-policy.ts'

/** A month here is the shortest there is: what fits it fits every other. */
const from = new Date('2025-02-01T00:00:00Z')
/** What an erasure may take to be done, once it has begun. */
const workMs = 86_400_000

function after(text: string | undefined): number | null {
  const period = text === undefined ? null : parsePeriod(text)
  if (period === null) return null
  return period === 'forever' ? Number.POSITIVE_INFINITY : addDuration(from, period).getTime() - from.getTime()
}

export function lintAccounts(policy: Policy): Remark[] {
  return [...lintErasureDelay(policy), ...lintReopening(policy), ...lintAddressUndo(policy)]
}

function lintErasureDelay({ accounts, rights, jurisdictions }: Policy): Remark[] {
  const delay = accounts?.erasureDelay ?? usualAccounts.erasureDelay
  const lawful = Object.entries(jurisdictions ?? {}).map(
    ([name, law]) => [['jurisdictions', name, 'rights', 'erasure'], law.rights.erasure] as const,
  )
  return [[['rights', 'erasure'], rights.erasure] as const, ...lawful].flatMap(([path, right]) => {
    const deadline = after(right?.deadline)
    if (deadline === null || (after(delay) ?? 0) + workMs <= deadline) return []
    return [
      {
        severity: 'error' as const,
        path: accounts?.erasureDelay === undefined ? path : ['accounts', 'erasureDelay'],
        message: `an erasure begins ${delay} after it was asked for, and ${path.join('.')} promises it within ${right?.deadline}`,
        hint: 'leave a day for the work: shorten `accounts.erasureDelay`, or lengthen the deadline',
      },
    ]
  })
}

function lintReopening({ accounts, retention }: Policy): Remark[] {
  const within = after(accounts?.reopenWithin) ?? 0
  const { account } = retention
  const kept = account?.trigger === 'account-closure' ? after(account.period) : null
  if (kept === null || within <= kept) return []
  const message = `a closed account can be opened again for ${accounts?.reopenWithin}, but it is gone after ${account?.period}`
  const hint = 'shorten `accounts.reopenWithin`, or lengthen `retention.account`'
  return [{ severity: 'error', path: ['accounts', 'reopenWithin'], message, hint }]
}

function lintAddressUndo({ accounts, retention }: Policy): Remark[] {
  const undo = accounts?.addressUndo ?? usualAccounts.addressUndo
  const kept = after(retention.session?.period)
  if (kept === null || parseDuration(undo) === null || (after(undo) ?? 0) <= kept) return []
  const path = accounts?.addressUndo === undefined ? ['retention', 'session'] : ['accounts', 'addressUndo']
  const message = `a change of address can be taken back for ${undo}, but what that needs is gone after ${retention.session?.period}`
  return [{ severity: 'error', path, message, hint: 'shorten `accounts.addressUndo`, or lengthen `retention.session`' }]
}
