import type { Clock } from '../../../platform/clock/index.ts'
import type { StaffAccessGate } from '../../../platform/gates/index.ts'
import type { Mailer } from '../../../platform/mail/index.ts'
import type { Vault } from '../../../platform/vault/index.ts'
import type { Identity } from '../../identity/index.ts'

/** What the use cases of staff access share. */
export interface StaffAccess {
  readonly clock: Clock
  readonly vault: Pick<Vault, 'openMany' | 'blindIndex'>
  readonly mailer: Pick<Mailer, 'write' | 'mode'>
  readonly gate: StaffAccessGate
  readonly accounts: Pick<Identity['api']['accounts'], 'findByAddress' | 'addressOf' | 'staffIn'>
  /** Address that people use, without a slash at its end. */
  readonly publicUrl: () => string
}
