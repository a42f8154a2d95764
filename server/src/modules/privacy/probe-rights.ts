import { sql } from 'drizzle-orm'
import type { Tx } from '../../platform/db/index.ts'
import { newId } from '../../platform/ids.ts'
import { shredding } from '../../platform/vault/index.ts'
import type { CheckedSystem } from './check.ts'
import { type ProbePerson, type ProbeWorld, withPeople } from './probe-people.ts'
import { createRights, erasePerson, insertRequest, type Rights } from './rights/index.ts'
import { searchSealed } from './search-sealed.ts'

/** People and their rights in a transaction of which nothing remains. */
export interface ProbeRights extends ProbeWorld {
  readonly rights: Rights
  /** Erases a person as a request of theirs would, now. */
  erase(person: Pick<ProbePerson, 'personId'>): Promise<{ id: string; outcome: string }>
}

/** The log outside is not to learn of what never happened. */
const noLog: Rights['evidence'] = {
  verifierKey: '',
  integrate: async () => 0,
  indexOf: async () => undefined,
  proof: async () => undefined,
}

const rightsOn = (system: CheckedSystem, world: Pick<ProbeWorld, 'database' | 'identity'>): Rights => ({
  ...system,
  database: world.database,
  mailer: { ...system.mailer, mode: 'outbox' },
  evidence: noLog,
  erasureGate: system.gates.erasure,
  subjectKeys: shredding(system.vault),
  accounts: world.identity.api.accounts,
  publicUrl: () => 'http://127.0.0.1',
})

/** Holds that are in force outside must not reach the probe's people: here there are none but the probe's own. */
const hideHolds = async (tx: Tx): Promise<void> => {
  await tx.execute(sql`create temporary table legal_hold on commit drop as select * from public.legal_hold limit 0`)
}

export const withRights = <T>(system: CheckedSystem, work: (world: ProbeRights) => Promise<T>): Promise<T> =>
  withPeople(
    system,
    async (world) => {
      await hideHolds(world.tx)
      const rights = rightsOn(system, world)
      const erase: ProbeRights['erase'] = async ({ personId }) => {
        const now = system.clock.now()
        const times = { askedAt: now, dueAt: now, startsAt: now }
        const id = newId('rrq', system.clock)
        await insertRequest(world.tx, { id, kind: 'erasure', state: 'waiting', personId, ...times })
        return { id, outcome: await erasePerson(rights, id) }
      }
      return work({ ...world, rights, erase })
    },
    (world) => createRights(rightsOn(system, world)).routes,
  )

const rowsMax = 300_000

export interface Search {
  /** Tables with such rows, and how many. */
  readonly found: ReadonlyMap<string, number>
  readonly looked: number
  /** Tables too large to be read whole. */
  readonly tooLarge: readonly string[]
}

/** Looks for a text in every column of every table of the live catalogue, whatever the data map says of it. */
export const searchInClear = async (tx: Tx, text: string): Promise<Search> => {
  const { rows } = await tx.execute<{ name: string; estimate: string }>(
    sql`select c.oid::regclass::text as name, (select coalesce(sum(greatest(p.reltuples, 0)), 0) from pg_class p where p.oid = c.oid or p.oid in (select inhrelid from pg_inherits where inhparent = c.oid))::bigint as estimate from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p') and not c.relispartition and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg\\_%' and has_table_privilege(c.oid, 'select')`,
  )
  // Bytes are shown as hex.
  const forms = [text, Buffer.from(text).toString('hex')].map((form) => `%${form}%`)
  const found = new Map<string, number>()
  const tooLarge = rows.filter(({ estimate }) => Number(estimate) > rowsMax).map(({ name }) => name)
  for (const { name } of rows) {
    if (tooLarge.includes(name)) continue
    const counted = await tx.execute<{ n: string }>(
      sql`select count(*) as n from ${sql.raw(name)} t where t::text like any (${sql.param(forms)}::text[])`,
    )
    const n = Number(counted.rows[0]?.n ?? 0)
    if (n > 0) found.set(name, n)
  }
  return { found, looked: rows.length - tooLarge.length, tooLarge }
}

/** The same, and in what is sealed there. */
export const searchEverywhere = async (
  tx: Tx,
  system: Pick<CheckedSystem, 'map' | 'vault'>,
  text: string,
): Promise<Search> => {
  const { found: inClear, ...search } = await searchInClear(tx, text)
  const found = new Map(inClear)
  for (const [table, ids] of await searchSealed(tx, system, text))
    found.set(table, Math.max(found.get(table) ?? 0, ids.size))
  return { ...search, found }
}
