import { randomBytes } from 'node:crypto'
import { listenTo, type Tx } from '../../platform/db/index.ts'
import type { Authorise, Route } from '../../platform/http/index.ts'
import type { Job } from '../../platform/jobs/index.ts'
import { createAuthorise } from './authorise.ts'
import { batchLastUse } from './batch-last-use.ts'
import { type FirstRun, firstRun } from './first-run.ts'
import type { Identity as Context, IdentityDeps } from './identity.ts'
import { createKeyDirectory, type KeyDirectory } from './keys/key-directory.ts'
import { keyNames, writeLastUse } from './keys/key-store.ts'
import { belongingsOf, type ClosedAccount, closeAccount } from './people/close-account.ts'
import { normaliseEmail } from './people/email.ts'
import { findPersonByEmail, findPersonFacts } from './people/person-store.ts'
import { requireOneself } from './people/require-oneself.ts'
import { projectsOf } from './projects/project-store.ts'
import { identityRoutes } from './routes.ts'
import { writeLastSeen } from './sessions/session-store.ts'
import { findFirstOperator, lockOperators } from './staff/staff-store.ts'

export type { FirstRun } from './first-run.ts'
export type { IdentityDeps } from './identity.ts'
export type { KeyDirectory } from './keys/key-directory.ts'
export type { ClosedAccount } from './people/close-account.ts'
export { totpCode, totpStep } from './second-factor/totp.ts'
export { identityTables } from './tables.ts'

/** What other modules may ask of identity. */
export interface IdentityApi {
  /** For the gateway. Its `close` is called by `stop`. */
  readonly keyDirectory: KeyDirectory
  /** Names of the API keys of projects, by key id. */
  keyNames(tx: Tx, projectIds: readonly string[]): Promise<ReadonlyMap<string, string>>
  /** All projects of an organisation, oldest first. */
  projectsOf(tx: Tx, organisationId: string): Promise<readonly { id: string; name: string }[]>
  /** Whether there is an operator yet. */
  hasStaff(tx: Tx): Promise<boolean>
  /** Makes the operator, their organisation, project and first key; once. */
  firstRun(tx: Tx, operator: { email: string; password: string }): Promise<FirstRun>
  readonly accounts: Accounts
}

/** People's accounts, for the rights that they have. */
export interface Accounts {
  /** Asks for the password again, and for a code where there is a second factor; opens its own transactions. */
  requireOneself(personId: string, given: { password: string; code?: string | undefined }): Promise<void>
  /** An open account's address; null when there is none. */
  addressOf(tx: Tx, personId: string): Promise<string | null>
  /** Their address, and the organisations that have no other member. */
  belongings(tx: Tx, personId: string): Promise<{ email: string | null; organisationsAlone: readonly string[] }>
  /** An open account by its address. */
  findByAddress(tx: Tx, email: string): Promise<string | null>
  /** Whether a person may leave: the cloud needs an operator. */
  mayLeave(tx: Tx, personId: string): Promise<boolean>
  /** Cuts every access: sessions, staff role, keys and organisations that nobody else owns. Safe to repeat. */
  close(tx: Tx, personId: string): Promise<ClosedAccount>
}

const accountsOf = (context: Context): Accounts => ({
  requireOneself: (personId, given) => requireOneself(context, personId, given),
  addressOf: async (tx, personId) => (await findPersonFacts(tx, context.vault, personId))?.person.email ?? null,
  belongings: (tx, personId) => belongingsOf(tx, context.vault, personId),
  findByAddress: async (tx, email) => (await findPersonByEmail(tx, context.vault, normaliseEmail(email)))?.id ?? null,
  mayLeave: async (tx, personId) => {
    const operators = await lockOperators(tx)
    return operators.some((id) => id !== personId) || !operators.includes(personId)
  },
  close: (tx, personId) => closeAccount(tx, context, personId),
})

export interface Identity {
  readonly routes: readonly Route[]
  readonly jobs: readonly Job[]
  readonly api: IdentityApi
  readonly authorise: Authorise
  /** Begins to listen for changes of keys and to write times of last use. */
  start(): Promise<void>
  /** Writes what is left and closes its own connection; before the database is closed. */
  stop(): Promise<void>
  /** Writes the times of last use that wait; otherwise done once a minute. */
  flush(): Promise<void>
}

const hasStaff = async (tx: Tx): Promise<boolean> => (await findFirstOperator(tx)) !== undefined

/** People, sign-in, organisations, projects, API keys and staff. */
export const createIdentity = (deps: IdentityDeps): Identity => {
  const { database, log, clock, vault, passwordGate } = deps
  const sessionUse = batchLastUse({ log, write: (uses) => writeLastSeen(database.direct, uses) })
  const keyUse = batchLastUse({ log, write: (uses) => writeLastUse(database.direct, uses) })
  const changes = listenTo({ connectionString: database.pool.options.connectionString }, 'api_key_changed', log)
  const keyDirectory = createKeyDirectory({ database, vault, changes, lastUse: keyUse })
  let nobodys: Promise<string> | undefined
  const context: Context = {
    ...deps,
    sessionUsed: (sessionId) => sessionUse.touched(sessionId, clock.nowMs()),
    nobodysPassword: () => {
      nobodys ??= passwordGate.hash(randomBytes(24).toString('base64url'))
      return nobodys
    },
  }
  return {
    routes: identityRoutes(context),
    jobs: [],
    authorise: createAuthorise(context),
    api: { keyDirectory, keyNames, projectsOf, hasStaff, firstRun: firstRun(context), accounts: accountsOf(context) },
    start: async () => {
      sessionUse.start()
      keyUse.start()
      await Promise.all([changes.start(), context.nobodysPassword()])
    },
    stop: async () => {
      await sessionUse.close()
      await keyDirectory.close()
    },
    flush: async () => {
      await sessionUse.flush()
      await keyUse.flush()
    },
  }
}
