import type { Clock } from '../../../../platform/clock/index.ts'
import type { Tx } from '../../../../platform/db/index.ts'
import { newId } from '../../../../platform/ids.ts'
import { type LedgerRow, ledgerEntry } from './tables.ts'

/** Where what goes into, or out of, the prepaid account comes from, or goes. */
const counterAccounts = { payment: 'payments', credit: 'credits', usage: 'usage', ended: 'closed' } as const

export interface Entry extends Pick<LedgerRow, 'organisationId' | 'kind' | 'currency' | 'balanceMicros'> {
  /** Micro-units: above zero into the prepaid account, below zero out of it. */
  readonly intoPrepaidMicros: bigint
  /** Now, unless it is said. */
  readonly at?: Date
  readonly invoiceNumber?: string | null
  readonly enteredBy?: string | null
}

/** Writes one amount into two accounts; nothing for no amount. */
export const writeEntry = async (tx: Tx, clock: Clock, entry: Entry): Promise<void> => {
  const { intoPrepaidMicros: into, organisationId, kind, currency, balanceMicros } = entry
  if (into === 0n) return
  const other = counterAccounts[kind]
  await tx.insert(ledgerEntry).values({
    ...{ id: newId('led', clock), organisationId, at: entry.at ?? clock.now(), kind, currency, balanceMicros },
    ...(into > 0n ? { debit: other, credit: 'prepaid' as const } : { debit: 'prepaid' as const, credit: other }),
    amountMicros: into > 0n ? into : -into,
    invoiceNumber: entry.invoiceNumber ?? null,
    enteredBy: entry.enteredBy ?? null,
  })
}
