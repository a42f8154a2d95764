import { compilePolicy, parsePolicy } from '@avow/policy'
import type { movableClock } from '../../platform/clock/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import { newId } from '../../platform/ids.ts'
import { hasPeople } from '../identity/index.ts'
import { deliverNotice, type Notices } from './notices/index.ts'
import { starterText, type TestSystem } from './test-system.ts'
import type { PolicyText } from './versions/index.ts'
import { type SettledPolicy, settlePolicy } from './versions/index.ts'

/** The starter as a file of another version, with pieces of its text replaced. */
export const fileOf = (version: string, ...changes: readonly (readonly [from: string, to: string])[]): PolicyText => {
  const text = [['version: 1.0.0', `version: ${version}`] as const, ...changes].reduce((result, [from, to]) => {
    if (!result.includes(from)) throw new Error(`the starter has no ${from}`)
    return result.replace(from, to)
  }, starterText)
  const parsed = parsePolicy(text, 'starter.yaml')
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return { text, policy: compilePolicy(parsed.policy) }
}

/** A person of whom nothing but an account is needed. */
export const addPerson = async (system: TestSystem, name: string): Promise<string> => {
  const id = newId('per', system.clock)
  const seal = (column: string, plain: string) => system.vault.sealFor(id, { table: 'person', column, row: id }, plain)
  await system.database.pool.query(
    "insert into person (id, sealed_email, email_index, sealed_name, password_hash, email_verified_at, last_active_at, created_at) values ($1, $2, $3, $4, 'none', now(), now(), now())",
    [
      id,
      await seal('sealed_email', `${name}@people.invalid`),
      system.vault.blindIndex('email', `${name}@people.invalid`),
      await seal('sealed_name', name),
    ],
  )
  return id
}

export const noticesOf = (system: TestSystem): Notices => ({ ...system, accounts: system.accounts })

/** A start of the server, as far as its policy goes. */
export const startWith = (
  system: TestSystem,
  file: PolicyText,
  changed: { misfits?: readonly string[]; hasPeople?: (tx: Tx) => Promise<boolean> } = {},
): Promise<SettledPolicy> =>
  settlePolicy(
    {
      database: system.database,
      clock: system.clock,
      hasPeople: changed.hasPeople ?? hasPeople,
      misfits: () => changed.misfits ?? [],
    },
    file,
  )

/** Tells everyone what waits to be told. */
export const deliverAll = async (system: TestSystem): Promise<void> => {
  const { rows } = await system.database.pool.query<{ id: string }>('select id from notice where finished_at is null')
  for (const { id } of rows) await deliverNotice(noticesOf(system), id)
}

export const dayMs = 86_400_000
export type MovableClock = ReturnType<typeof movableClock>
