import type { CompiledPolicy } from '@avow/policy'
import type { Clock } from '../../../platform/clock/index.ts'
import type { Database, Tx } from '../../../platform/db/index.ts'
import type { Mailer, MarketingGate } from '../../../platform/mail/index.ts'

/** The people of this cloud, as far as telling them something needs it. */
export interface Accounts {
  /** Ids of open accounts, in their order. @param after null: from the first */
  openAccounts(tx: Tx, after: string | null, limit: number): Promise<readonly string[]>
  countOpen(tx: Tx): Promise<number>
  /** Addresses of open accounts among these. */
  addressesOf(tx: Tx, personIds: readonly string[]): Promise<ReadonlyMap<string, string>>
}

/** What telling people needs. */
export interface Delivery {
  readonly database: Database
  readonly clock: Clock
  readonly mailer: Pick<Mailer, 'write'>
  readonly accounts: Accounts
  /** Address that people use, without a slash at its end. */
  readonly publicUrl: () => string
}

/** What the use cases of notices share. */
export interface Notices extends Delivery {
  readonly policy: Pick<CompiledPolicy, 'id' | 'purposes'>
  readonly marketing: MarketingGate
}
