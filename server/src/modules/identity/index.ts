import { randomBytes } from 'node:crypto'
import type { OrganisationRole, StaffRole } from '@avow/contract'
import { listenTo, type Tx } from '../../platform/db/index.ts'
import type { Authorise, Route } from '../../platform/http/index.ts'
import type { Job } from '../../platform/jobs/index.ts'
import { countAttempts } from './attempts/count-attempts.ts'
import { limits } from './attempts/limits.ts'
import { createAuthorise } from './authorise.ts'
import { batchLastUse } from './batch-last-use.ts'
import { type FirstRun, firstRun } from './first-run.ts'
import type { Identity as Context, IdentityDeps } from './identity.ts'
import { createKeyDirectory, type KeyDirectory } from './keys/key-directory.ts'
import { keyOwners, namesOfKeys, writeLastUse } from './keys/key-store.ts'
import { listAtStake, type OrganisationAtStake } from './organisations/list-at-stake.ts'
import { ownersOf, peopleIn } from './organisations/organisation-store.ts'
import { recreate } from './organisations/recreate.ts'
import { type Belongings, belongingsOf, type ClosedAccount, leaveForGood } from './people/close-account.ts'
import { closeIdleAccounts, createCloseIdleJob } from './people/close-idle-accounts.ts'
import { mayLeave } from './people/close-own-account.ts'
import { normaliseEmail } from './people/email.ts'
import { type BareSubject, everyone } from './people/everyone.ts'
import {
  countOpenAccounts,
  findAddresses,
  findPersonByEmail,
  findPersonFacts,
  listOpenAccounts,
} from './people/person-store.ts'
import { requireOneself } from './people/require-oneself.ts'
import { projectsOf } from './projects/project-store.ts'
import { identityRoutes } from './routes.ts'
import { writeLastSeen } from './sessions/session-store.ts'
import { findFirstOperator, staffIn } from './staff/staff-store.ts'

export { type AccessLog, createAccessLog } from './access-log/access-log.ts'
export type { FirstRun } from './first-run.ts'
export type { IdentityDeps } from './identity.ts'
export type { KeyDirectory } from './keys/key-directory.ts'
export type { ClosedAccount } from './people/close-account.ts'
export { hasPeople } from './people/person-store.ts'
export { projectNameIndex } from './projects/project-store.ts'
export { totpCode, totpStep } from './second-factor/totp.ts'
export { identityTables } from './tables.ts'

/** What other modules may ask of identity. */
export interface IdentityApi {
  /** For the gateway. Its `close` is called by `stop`. */
  readonly keyDirectory: KeyDirectory
  /** Names of the API keys of projects, by key id. */
  keyNames(tx: Tx, projectIds: readonly string[]): Promise<ReadonlyMap<string, string>>
  /** Who made these keys, by key id; keys of erased people are left out. */
  keyOwners(tx: Tx, keyIds: readonly string[]): Promise<ReadonlyMap<string, string>>
  /** All projects of an organisation, oldest first. */
  projectsOf(tx: Tx, organisationId: string): Promise<readonly { id: string }[]>
  /** The address of the first of the operator's staff; null before there is one. */
  operatorAddress(tx: Tx): Promise<string | null>
  /** Whether there is an operator yet. */
  hasStaff(tx: Tx): Promise<boolean>
  /** Makes the operator, their organisation, project and first key; once. */
  firstRun(tx: Tx, operator: { email: string; password: string }): Promise<FirstRun>
  readonly accounts: Accounts
}

/** People's accounts, for the rights that they have. */
export interface Accounts {
  /** Asks for the password again, and for a code where there is a second factor; opens its own transactions. */
  requireOneself(
    personId: string,
    given: { password: string; code?: string | undefined },
  ): Promise<'password' | 'password-and-code'>
  /** Counts a message of somebody who may have no account. @throws Refusal rate_limited */
  countMessage(ipAddress: string, email: string): Promise<void>
  /** An open account's address; null when there is none. */
  addressOf(tx: Tx, personId: string): Promise<string | null>
  /** Their address, and the organisations that have no other member. */
  belongings(tx: Tx, personId: string): Promise<Belongings>
  /** Their open organisations, and whether those go on without them. */
  organisationsAtStake(tx: Tx, personId: string): Promise<readonly OrganisationAtStake[]>
  /** An open account by its address. */
  findByAddress(tx: Tx, email: string): Promise<string | null>
  /** Whether a person may leave: the cloud needs an operator. */
  mayLeave(tx: Tx, personId: string): Promise<boolean>
  /** Ids of the owners of an open organisation; none where there is no such one. */
  ownersOf(tx: Tx, organisationId: string): Promise<readonly string[]>
  /** Ids of the people with one of these roles in an open organisation. */
  peopleIn(tx: Tx, organisationId: string, roles: readonly OrganisationRole[]): Promise<readonly string[]>
  /** Ids of the staff in these roles whose accounts are open. */
  staffIn(tx: Tx, roles: readonly StaffRole[]): Promise<readonly string[]>
  /** Makes anew what somebody brings from another cloud: name, organisations, projects. */
  recreate: ReturnType<typeof recreate>
  /** Warns people whose account is idle, and closes what was idle for as long as the policy says. */
  closeIdle(): Promise<{ warned: number; closed: number }>
  /** Cuts every access: sessions, staff role, keys and organisations that nobody else owns. Safe to repeat. */
  close(tx: Tx, personId: string): Promise<ClosedAccount>
  /** Ids of open accounts, in their order. @param after null: from the first */
  openAccounts(tx: Tx, after: string | null, limit: number): Promise<readonly string[]>
  countOpen(tx: Tx): Promise<number>
  /** Addresses of open accounts among these. */
  addressesOf(tx: Tx, personIds: readonly string[]): Promise<ReadonlyMap<string, string>>
  /** Every person and organisation, in batches: to compare them with those who were erased. */
  everyone(tx: Tx, batchRows: number): AsyncIterable<readonly BareSubject[]>
}

const accountsOf = (context: Context): Accounts => ({
  requireOneself: (personId, given) => requireOneself(context, personId, given),
  countMessage: async (ipAddress, email) => {
    const ofMail = { rule: limits.messageMail, of: normaliseEmail(email) }
    await countAttempts(context, [{ rule: limits.messageAddress, of: ipAddress }, ofMail])
  },
  addressOf: async (tx, personId) => (await findPersonFacts(tx, context.vault, personId))?.person.email ?? null,
  belongings: (tx, personId) => belongingsOf(tx, context.vault, personId),
  organisationsAtStake: (tx, personId) => listAtStake(tx, context.vault, personId),
  findByAddress: async (tx, email) => (await findPersonByEmail(tx, context.vault, normaliseEmail(email)))?.id ?? null,
  mayLeave,
  ownersOf,
  peopleIn,
  recreate: recreate(context),
  closeIdle: () => closeIdleAccounts(context),
  staffIn,
  close: (tx, personId) => leaveForGood(tx, context, personId),
  openAccounts: listOpenAccounts,
  countOpen: countOpenAccounts,
  addressesOf: (tx, personIds) => findAddresses(tx, context.vault, personIds),
  everyone,
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
  const changes = listenTo({ connectionString: deps.databaseUrl }, 'api_key_changed', log)
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
    jobs: [createCloseIdleJob(context)],
    authorise: createAuthorise(context),
    api: {
      ...{ keyDirectory, keyNames: namesOfKeys(deps.vault), keyOwners, projectsOf },
      operatorAddress: async (tx) => {
        const first = await findFirstOperator(tx)
        return first === undefined ? null : ((await findPersonFacts(tx, vault, first.personId))?.person.email ?? null)
      },
      hasStaff,
      firstRun: firstRun(context),
      accounts: accountsOf(context),
    },
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
