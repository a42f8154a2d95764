import type { CompiledPolicy } from '@avow/policy'
import type { Clock } from '../../../platform/clock/index.ts'
import type { Database, MappedColumn } from '../../../platform/db/index.ts'
import type { EvidenceLog } from '../../../platform/evidence/index.ts'
import type { ErasureGate, SubjectKeys } from '../../../platform/gates/index.ts'
import type { Mailer } from '../../../platform/mail/index.ts'
import type { Vault } from '../../../platform/vault/index.ts'
import type { Identity } from '../../identity/index.ts'

/** What the use cases of people's rights share. */
export interface Rights {
  readonly database: Database
  readonly clock: Clock
  readonly policy: CompiledPolicy
  readonly map: readonly MappedColumn[]
  readonly vault: Pick<Vault, 'keyedHash' | 'blindIndex' | 'sealFor' | 'openFor' | 'openMany'>
  readonly mailer: Pick<Mailer, 'write' | 'mode'>
  readonly evidence: Pick<EvidenceLog, 'integrate' | 'indexOf' | 'proof' | 'verifierKey'>
  readonly erasureGate: ErasureGate
  readonly subjectKeys: SubjectKeys
  readonly accounts: Identity['api']['accounts']
  /** Address that people use, without a slash at its end. */
  readonly publicUrl: () => string
}
