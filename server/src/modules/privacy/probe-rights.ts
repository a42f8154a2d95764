import { type SQL, sql } from 'drizzle-orm'
import type { MappedColumn, Tx } from '../../platform/db/index.ts'
import { newId } from '../../platform/ids.ts'
import { shredding } from '../../platform/vault/index.ts'
import type { CheckedSystem } from './check.ts'
import { type ProbePerson, type ProbeWorld, withPeople } from './probe-people.ts'
import { createRights, erasePerson, insertRequest, makeExport, type Rights } from './rights/index.ts'
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

export const rightsOn = (system: CheckedSystem, world: Pick<ProbeWorld, 'database' | 'identity'>): Rights => ({
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

/**
 * Has a copy made for who holds this session, and fetches it. @returns null where it is not made, or a part is missing
 */
export const takeOut = async (
  { request }: Pick<ProbeWorld, 'request'>,
  rights: Rights,
  token: string,
): Promise<{ id: string; archive: Buffer } | null> => {
  const asked = await request('POST', '/me/export', { token, body: {} })
  const { id } = (asked.body ?? {}) as { id?: string }
  if (asked.status !== 202 || id === undefined) return null
  await makeExport(rights, id)
  const shown = await request('GET', '/me/export', { token })
  const { parts = 0 } = (shown.body as { export?: { parts?: number } | null }).export ?? {}
  const pieces: Buffer[] = []
  for (let part = 0; part < parts; part++) {
    const answer = await request('GET', `/me/export/${id}/parts/${part}`, { token })
    if (answer.status !== 200) return null
    pieces.push(Buffer.from((answer.body as { content: string }).content, 'base64'))
  }
  return parts === 0 ? null : { id, archive: Buffer.concat(pieces) }
}

const rowsMax = 300_000

export interface Search {
  /** Tables with such rows, and how many. */
  readonly found: ReadonlyMap<string, number>
  readonly looked: number
  /** Tables too large to be read whole. */
  readonly tooLarge: readonly string[]
}

/** What of a table is looked at as text: not what is sealed, of which the text says nothing and which may be large. */
const readable = (map: readonly MappedColumn[], name: string): SQL => {
  const columns = map.filter(({ table }) => table === name)
  const table = sql.raw(name)
  if (columns.every(({ sealedFor }) => sealedFor === null)) return table
  const names = columns.flatMap(({ column, sealedFor }) => (sealedFor === null ? [sql.identifier(column)] : []))
  return sql`(select ${sql.join(names, sql`, `)} from ${table})`
}

/**
 * Looks for a text in every column of every table of the live catalogue, whatever the data map says of it.
 * @param map leaves out the columns that it says are sealed; without it nothing is left out
 */
export const searchInClear = async (tx: Tx, text: string, map: readonly MappedColumn[] = []): Promise<Search> => {
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
      sql`select count(*) as n from ${readable(map, name)} t where t::text like any (${sql.param(forms)}::text[])`,
    )
    const n = Number(counted.rows[0]?.n ?? 0)
    if (n > 0) found.set(name, n)
  }
  return { found, looked: rows.length - tooLarge.length, tooLarge }
}

/** The same in what is not sealed, and in what is. */
export const searchEverywhere = async (
  tx: Tx,
  system: Pick<CheckedSystem, 'map' | 'vault'>,
  text: string,
): Promise<Search> => {
  const { found: inClear, ...search } = await searchInClear(tx, text, system.map)
  const found = new Map(inClear)
  for (const [table, ids] of await searchSealed(tx, system, text))
    found.set(table, Math.max(found.get(table) ?? 0, ids.size))
  return { ...search, found }
}
