import type { CompiledPolicy } from '@avow/policy'
import type { Clock } from '../../platform/clock/index.ts'
import type { Database, Tx } from '../../platform/db/index.ts'
import type { PasswordGate, Suspicion } from '../../platform/gates/index.ts'
import type { RequestFacts } from '../../platform/http/index.ts'
import type { Log } from '../../platform/log/index.ts'
import type { Mailer } from '../../platform/mail/index.ts'
import type { Vault } from '../../platform/vault/index.ts'

/** What the module is given. */
export interface IdentityDeps {
  readonly database: Database
  /** Of the same, for a connection that listens. */
  readonly databaseUrl: string
  readonly clock: Clock
  readonly log: Log
  readonly vault: Vault
  readonly policy: Pick<
    CompiledPolicy,
    'minimumAge' | 'accounts' | 'passwordLengthMin' | 'password' | 'staffSecondFactor' | 'retention'
  >
  readonly mail: Pick<Mailer, 'write'>
  /** Address that people use, without a slash at its end; links in mail begin with it. */
  readonly publicUrl: () => string
  readonly passwordGate: PasswordGate
  /** Names of the models of the catalogue and of a project's own endpoints: what a key of it may be limited to. */
  readonly knownModels: (tx: Tx, projectId: string) => Promise<ReadonlySet<string>>
  /** Told of each act of a signed-in person that the contract does not leave open to anyone. */
  readonly acted: (tx: Tx, personId: string, headers: RequestFacts['headers']) => Promise<void>
  /** Told of what was refused and may be part of an attack. */
  readonly suspect?: (suspicion: Suspicion) => void
  /** The token in a file that only the operator of the machine can read. */
  readonly operatorToken: { matches(token: string): boolean }
}

/** What the use cases of the module share. */
export interface Identity extends IdentityDeps {
  /** Tells that a session was used now; written in batches. */
  readonly sessionUsed: (sessionId: string) => void
  /** A stored password that nobody has, to verify against where there is no account: the work is then the same. */
  readonly nobodysPassword: () => Promise<string>
}

export const second = 1000
export const minute = 60 * second
export const hour = 60 * minute
export const day = 24 * hour
