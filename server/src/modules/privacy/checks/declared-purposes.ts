import { type Category, categories, type Purpose, purposes } from '@avow/policy'
import { sql } from 'drizzle-orm'
import type { MappedColumn, Tx } from '../../../platform/db/index.ts'
import { Refusal } from '../../../platform/http/index.ts'
import { nobody } from '../../../platform/vault/index.ts'
import { type Check, type CheckedSystem, count, finding, probe } from '../check.ts'
import { tryReaders } from '../probe-readers.ts'

/** Whether this is refused; a refusal comes through the query builder as the cause of an error. */
const isRefused = async (work: () => unknown): Promise<boolean> => {
  try {
    await work()
    return false
  } catch (error) {
    for (let e: unknown = error; e instanceof Error; e = e.cause)
      if (e instanceof Refusal) return e.code === 'policy_refused'
    throw error
  }
}

/** Asks the gate about every purpose and category there is. */
const askPairs = async ({ gates, policy }: CheckedSystem) => {
  const told: string[] = []
  const gate = gates.purpose.rehearsed((rule) => told.push(rule))
  const wrong: string[] = []
  const pairs = categories
    .filter((category) => category !== 'system')
    .flatMap((category) => purposes.map((purpose) => ({ category, purpose })))
  for (const { category, purpose } of pairs) {
    const isPromised = policy.purposes.has(purpose) && policy.category(category)?.purposes.has(purpose) === true
    const before = told.length
    const refused = await isRefused(() => gate.require(purpose, category))
    const isSilent = refused && told.length === before
    if (gates.purpose.allows(purpose, category) !== isPromised || refused === isPromised)
      wrong.push(
        `the gate ${isPromised ? 'refuses' : 'lets'} ${category} ${isPromised ? '' : 'be read '}for ${purpose}`,
      )
    if (isSilent) wrong.push(`the gate refuses ${category} for ${purpose} and records nothing`)
  }
  return { looked: pairs.length, wrong }
}

const ownTables = (map: readonly MappedColumn[]): MappedColumn[] =>
  map.filter(({ table, category }) => category !== 'system' && !table.includes('.'))

/** Reads every column about people for a purpose that is not its, by the very door that readers use. */
const readColumns = async ({ databases, map, policy }: CheckedSystem, tx: Tx) => {
  const wrong: string[] = []
  const known = [...policy.purposes.keys()]
  const serves = (purpose: Purpose, category: Category) => policy.category(category)?.purposes.has(purpose) === true
  let looked = 0
  for (const { table, column, category } of ownTables(map)) {
    const read = (purpose: Purpose) =>
      tx
        .as(databases.for(purpose).direct.reading.rehearsed(() => undefined))
        .execute(sql`select ${sql.identifier(column)} from ${sql.identifier(table)} limit 0`)
    const foreign = known.find((purpose) => !serves(purpose, category))
    const own = known.find((purpose) => serves(purpose, category))
    if (foreign !== undefined && !(await isRefused(() => read(foreign))))
      wrong.push(`${table}.${column} (${category}) can be read for ${foreign}`)
    if (own !== undefined && (await isRefused(() => read(own))))
      wrong.push(`${table}.${column} cannot be read for ${own}`)
    looked += 1
  }
  return { looked, wrong }
}

/** Opens a sealed value for a purpose that is not its. */
const openSealed = async ({ databases, map, policy, vault }: CheckedSystem, tx: Tx) => {
  const column = map.find(
    ({ sealedFor, category }) =>
      sealedFor !== null &&
      [...policy.purposes.keys()].some((one) => policy.category(category)?.purposes.has(one) === false),
  )
  if (column === undefined) return []
  const foreign = [...policy.purposes.keys()].find(
    (one) => policy.category(column.category)?.purposes.has(one) === false,
  )
  if (foreign === undefined) return []
  const place = { table: column.table, column: column.column, row: 'probe' }
  const sealed = await vault.sealFor(nobody, place, 'probe')
  const reader = tx.as(databases.for(foreign).direct.reading.rehearsed(() => undefined))
  const refused = await isRefused(() => vault.openFor(reader, nobody, place, sealed))
  return refused ? [] : [`the vault opens ${column.table}.${column.column} for ${foreign}`]
}

/**
 * Asks the purpose gate about every purpose and category there is, reads every column by the readers' door for a purpose
 * that is not its, and has every endpoint and job come with a policy that lacks one of its purposes.
 */
export const declaredPurposes: Check<'purposes-only'> = {
  name: 'declared-purposes',
  run: async (_rule, system) => {
    const { database, map, policy } = system
    const pairs = await askPairs(system)
    const { columns, sealed, readers } = await probe(database, async (tx) => ({
      columns: await readColumns(system, tx),
      sealed: await openSealed(system, tx),
      readers: await tryReaders(system, tx),
    }))
    const held = map.filter(({ category, onlyIfHeld }) => onlyIfHeld !== true || policy.categories.has(category))
    const undeclared = held.flatMap(({ table, column, purposes: used }) =>
      used.filter((purpose) => !policy.purposes.has(purpose)).map((purpose) => `${table}.${column} is for ${purpose}`),
    )
    const violations = [...pairs.wrong, ...columns.wrong, ...sealed, ...readers.wrong, ...undeclared]
    const figure = `${count(pairs.looked, 'pair')} of category and purpose asked, ${count(columns.looked, 'column')} read for a wrong purpose, ${count(readers.endpoints, 'endpoint')} and ${count(readers.jobs, 'job')} tried without theirs, ${violations.length} wrongly let through`
    const unseen = readers.endpoints === 0 ? 'no reader of the running server was seen' : null
    return finding(pairs.looked + columns.looked + readers.tries, violations, figure, unseen)
  },
}
