import type { CompiledPolicy } from '@avow/policy'
import type { Clock } from '../../../platform/clock/index.ts'
import type { Database } from '../../../platform/db/index.ts'
import type { Mailer } from '../../../platform/mail/index.ts'
import type { Vault } from '../../../platform/vault/index.ts'
import type { Identity } from '../../identity/index.ts'

/** What the use cases of attestations share. */
export interface Attestations {
  readonly database: Database
  readonly clock: Clock
  readonly policy: CompiledPolicy
  readonly vault: Pick<Vault, 'sealFor' | 'openMany'>
  readonly mailer: Pick<Mailer, 'write'>
  readonly accounts: Pick<Identity['api']['accounts'], 'findByAddress' | 'addressOf' | 'staffIn'>
  /** Address that people use, without a slash at its end. */
  readonly publicUrl: () => string
}
