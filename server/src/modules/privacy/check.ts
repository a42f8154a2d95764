import type { CompiledPolicy, Rule, RuleKind } from '@avow/policy'
import type { Backups } from '../../platform/backups/index.ts'
import type { Clock } from '../../platform/clock/index.ts'
import type { Database, Databases, MappedColumn, Tx } from '../../platform/db/index.ts'
import type { Connections } from '../../platform/egress/index.ts'
import type {
  Disclosures,
  EgressGate,
  ErasureGate,
  FloodRules,
  PasswordGate,
  PeopleGates,
  PlacementGate,
  PurposeGate,
  RetentionGate,
  Standing,
  TransportGate,
} from '../../platform/gates/index.ts'
import type { Route } from '../../platform/http/index.ts'
import type { Job } from '../../platform/jobs/index.ts'
import type { Log } from '../../platform/log/index.ts'
import type { Mailer, MarketingGate } from '../../platform/mail/index.ts'
import type { Vault } from '../../platform/vault/index.ts'
import type { ProbeBooks } from '../billing/index.ts'
import type { AccessLog, Identity, IdentityDeps, KeyDirectory } from '../identity/index.ts'
import type { ProbeBodies, ProbeBodiesOn } from '../inference/index.ts'
import type { OrganisationLimits } from '../placement/index.ts'
import type { SpendRules } from './blocks/index.ts'
import type { Configured } from './processors/index.ts'
import type { Rights } from './rights/index.ts'
import type { SettledPolicy } from './versions/index.ts'

/** What a check found. A reason without a violation says what it could not see: the rule is then unproven. */
export interface Finding {
  readonly looked: number
  readonly violations: number
  readonly figure: string
  readonly reason: string | null
}

export type RuleOf<K extends RuleKind> = Extract<Rule, { readonly kind: K }>

/** Looks at the running system whether one rule holds. It must be able to fail also on an empty installation. */
export interface Check<K extends RuleKind> {
  readonly name: string
  run(rule: RuleOf<K>, system: CheckedSystem): Promise<Finding>
}

/** A request to our own control plane or pages, answered in this process. */
export interface InnerRequest {
  readonly method: 'GET' | 'POST' | 'DELETE' | 'PATCH'
  /** From the root, such as `/api/v1/policy`. */
  readonly path: string
  readonly body?: object
  readonly headers?: Readonly<Record<string, string>>
}

export interface InnerResponse {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, number | string | string[] | undefined>>
  /** Parsed JSON; text for anything else; null for nothing. */
  readonly body: unknown
}

/** Where the server accepts connections. */
export interface ListeningPoint {
  readonly host: string
  readonly port: number
  readonly isTls: boolean
}

/** Whatever reads for the control plane: each says what for. */
export interface Readers {
  readonly routes: readonly Route[]
  readonly jobs: readonly Job[]
}

/** The parts of the running system that checks look at. */
export interface CheckedSystem {
  /** For finding out: reads everything. */
  readonly database: Database
  /** As every other part gets it: for whoever says what for. */
  readonly databases: Databases
  readonly readers: () => Readers
  readonly clock: Clock
  readonly policy: CompiledPolicy
  readonly map: readonly MappedColumn[]
  readonly gates: PeopleGates & {
    readonly retention: RetentionGate
    readonly password: PasswordGate
    readonly transport: TransportGate
    readonly purpose: PurposeGate
    readonly erasure: ErasureGate
    readonly standing: Standing
    readonly egress: EgressGate
    readonly placement: PlacementGate
  }
  /** Everything that this installation is set up to send something to, now. */
  readonly configured: (tx: Tx) => Promise<readonly Configured[]>
  readonly disclosures: Disclosures
  /** What this process connected to since its start. */
  readonly connections: Pick<Connections, 'seen' | 'mayReach' | 'isGuarding' | 'airGap'>
  /** The models as callers are shown them now, with every third party that may see requests. */
  readonly shownModels: () => readonly { readonly id: string; readonly providers: readonly string[] }[]
  /** What a gateway has in memory of what organisations allow. */
  readonly limits: Pick<OrganisationLimits, 'judge' | 'judgeIn'>
  readonly mailer: Pick<Mailer, 'write' | 'compose'>
  readonly marketing: MarketingGate
  /** Which version of the policy runs. */
  readonly settled: Pick<SettledPolicy, 'versionId'>
  /** The identity module as it runs, for what only a running one does. */
  readonly keys: Pick<KeyDirectory, 'onChange'>
  /** The identity module anew on a database of the caller's: checks give it one on which nothing lasts. */
  readonly identityOn: (
    database: Database,
    /** Who is told of what is refused; nobody without it. */
    changed?: Partial<Pick<IdentityDeps, 'suspect' | 'passwordGate'>>,
  ) => Pick<Identity, 'routes' | 'authorise' | 'api'>
  /** This module's routes anew, on parts of the caller's such as a database on which nothing lasts. */
  readonly routesOn: (parts: CheckedSystem & { readonly accounts: Identity['api']['accounts'] }) => readonly Route[]
  /** Books for calls of a probe on these UTC days (YYYY-MM-DD), of which nothing remains. */
  readonly probeBooks: (days: readonly string[]) => Promise<ProbeBooks>
  /** The keeping of bodies anew, on a database of the caller's. */
  readonly bodiesOn: (on: ProbeBodiesOn) => ProbeBodies
  /** The log of requests as it runs, and anew on a database of the caller's. */
  /** How this installation counts floods. */
  readonly floods: FloodRules
  /** How it meets sudden spending. */
  readonly spendRules: SpendRules
  readonly accessLog: Pick<AccessLog, 'noted'>
  readonly accessLogOn: (database: Database) => Pick<AccessLog, 'note' | 'flush'>
  /** Answers by the server's own routes; it never leaves the process. */
  readonly call: (request: InnerRequest) => Promise<InnerResponse>
  /** Null while the server does not listen. */
  readonly listening: () => ListeningPoint | null
  readonly vault: Pick<Vault, 'keyedHash' | 'blindIndex' | 'sealFor' | 'openFor' | 'openMany' | 'shred'>
  /** Where the server writes: the embedded database's folder (null: it is elsewhere), and the others. */
  readonly files: { readonly database: string | null; readonly others: readonly string[] }
  readonly backups: Pick<Backups, 'asides' | 'folder' | 'key' | 'list' | 'periods' | 'removeDue' | 'seal' | 'verify'>
  /** What a restore does before it serves: see `replayErasures`. */
  readonly replayErasures: (rights: Rights) => Promise<number>
  /** A log of the server's own make that writes to `destination`. */
  readonly logTo: (destination: { write(line: string): void }) => Log
}

/** Runs a probe in a transaction that is always rolled back, so that it leaves nothing behind. */
export const probe = async <T>(database: Database, work: (tx: Tx) => Promise<T>): Promise<T> => {
  let result: { readonly value: T } | undefined
  const undo = new Error('roll back')
  try {
    await database.transaction(async (tx) => {
      result = { value: await work(tx) }
      throw undo
    })
  } catch (error) {
    if (error !== undo) throw error
  }
  if (result === undefined) throw new Error('the probe did not run')
  return result.value
}

/** A finding of so many looked at, with the violations named in the reason (the first few of them). */
export const finding = (
  looked: number,
  violations: readonly string[],
  figure: string,
  unseen: string | null = null,
): Finding => ({
  looked,
  violations: violations.length,
  figure,
  reason: violations.length === 0 ? unseen : nameFew(violations),
})

const named = 5

const nameFew = (violations: readonly string[]): string => {
  const shown = violations.slice(0, named).join('; ')
  return violations.length > named ? `${shown}; and ${violations.length - named} more` : shown
}

/** `1 row`, `2 rows`, `1,204 rows`. */
export const count = (amount: number, noun: string): string =>
  `${amount.toLocaleString('en-US')} ${amount === 1 ? noun : `${noun.replace(/(?<![aeiou])y$/, 'ie')}s`}`
