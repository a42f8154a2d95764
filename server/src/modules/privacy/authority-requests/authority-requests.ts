import type { CompiledPolicy } from '@avow/policy'
import type { Clock } from '../../../platform/clock/index.ts'
import type { Database, MappedColumn } from '../../../platform/db/index.ts'
import type { DisclosureGate, Disclosures, PlacementGate } from '../../../platform/gates/index.ts'
import type { Mailer } from '../../../platform/mail/index.ts'
import type { Vault } from '../../../platform/vault/index.ts'
import type { Identity } from '../../identity/index.ts'

/** What the use cases of requests of authorities share. */
export interface AuthorityRequests {
  /** For the duty of handing out what law compels. */
  readonly database: Database
  readonly clock: Clock
  readonly policy: CompiledPolicy
  readonly map: readonly MappedColumn[]
  readonly vault: Pick<Vault, 'sealFor' | 'openMany' | 'keyedHash' | 'blindIndex'>
  readonly mailer: Pick<Mailer, 'write'>
  readonly gates: { readonly disclosure: DisclosureGate; readonly placement: Pick<PlacementGate, 'compelled'> }
  readonly disclosures: Disclosures
  readonly accounts: Pick<Identity['api']['accounts'], 'findByAddress' | 'addressOf' | 'belongings' | 'ownersOf'>
  /** Address that people use, without a slash at its end. */
  readonly publicUrl: () => string
}

/** What is sealed of a request. */
export interface RequestDetails {
  readonly authority: string
  /** Where it is, ISO 3166; absent: recorded before this was asked. */
  readonly country?: string
  /** What a transfer to it rests on. */
  readonly safeguard?: string | null
  readonly legalBasis: string
  readonly reference: string | null
  readonly preparedNote: string | null
  readonly decisionReason: string | null
  readonly silenceReason: string | null
  /** 32 random bytes, hex. */
  readonly salt: string
}
