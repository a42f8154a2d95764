import { erasureLedger, type MappedColumn, type Said } from '../../server/src/platform/db/index.ts'
import { type SQL, sql } from '../../server/src/platform/db/query-words.ts'
import { actAndRecord, recordDecision } from '../../server/src/platform/evidence/index.ts'
import { createHolds, removeUnlessHeld, saidBy } from '../../server/src/platform/gates/index.ts'
import { newId } from '../../server/src/platform/ids.ts'
import { openRows } from '../../server/src/platform/vault/index.ts'
import type { BenchPlatform } from './open-platform.ts'
import * as ask from './queries.ts'
import type { Records } from './record.ts'

const table = 'personal_record'
const name = sql.identifier(table) as unknown as SQL

const decided = (rule: string) => ({ gate: 'erasure', decision: 'done', rule }) as const

interface SealedRow extends Record<string, unknown> {
  id: string
  person_id: string
  sealed_data: Buffer
  said: Said
}

/** The platform's way of touching the table: gates asked before, data sealed, each act of a right recorded. */
const createAccess = ({ clock, databases, gates, vault }: BenchPlatform, map: readonly MappedColumn[]) => {
  // A delete asks whom a legal hold covers.
  const database = databases.for('communicate', 'legal')
  const { direct } = database
  const holds = createHolds(map)
  const require = (): void => gates.purpose.require('communicate', 'correspondence')
  return {
    require,
    seal: (id: string, personId: string, data: string) =>
      vault.sealFor(personId, { table, column: 'sealed_data', row: id }, data),
    read: async (where: SQL, person: string | SQL = sql`person_id`): Promise<string[]> => {
      require()
      const { rows } = await direct.execute<SealedRow>(
        sql`select id, person_id, sealed_data, ${saidBy(person)} as said from ${name} where ${where} order by id`,
      )
      const opened = await openRows(direct, vault, table, rows, (row) => ({
        subject: row.person_id,
        row: row.id,
        said: row.said,
        fields: { data: ['sealed_data', row.sealed_data] },
      }))
      return opened.map(({ plain }) => plain.data)
    },
    readMetadata: (where: SQL) => {
      require()
      return ask.readMetadata(direct, name, where)
    },
    remove: (where: SQL): Promise<number> =>
      removeUnlessHeld({ database, clock, holds }, { table, where }, decided('erase')),
    update: (set: SQL, where: SQL, rule: string): Promise<number> =>
      actAndRecord(direct, clock, sql`update ${name} set ${set} where ${where}`, decided(rule)),
  }
}

/** Erases a person's records and their key, and writes the ledger first. */
const erasePerson = async ({ clock, database, gates, vault }: BenchPlatform, personId: string): Promise<number> => {
  const subject = { personId, addresses: [], organisationIds: [], until: clock.now() }
  const removed = await database.transaction(async (tx) => {
    const id = newId('ers', clock)
    const subjectHash = vault.keyedHash('erasure', personId)
    await tx.insert(erasureLedger).values({ id, at: clock.now(), subjectKind: 'person', subjectHash })
    const batch = await gates.erasure.eraseBatch(tx, table, subject)
    await recordDecision(tx, clock, { ...decided('erase'), counted: batch.removed })
    return batch.removed
  })
  await vault.shred(personId)
  return removed
}

/** The queries with everything on. */
export const createAvowRecords = (platform: BenchPlatform, map: readonly MappedColumn[]): Records => {
  const { database, gates, vault } = platform
  const { direct } = database
  const { read, readMetadata, remove, require, seal, update } = createAccess(platform, map)
  const expiry = gates.retention.tables.find((of) => of.table === table)
  if (expiry === undefined) throw new Error(`${table} has no period`)
  const isTheirs = (id: string, personId: string): SQL => sql`${ask.isKey(id)} and ${ask.isOf(personId)}`

  return {
    create: async (one) => {
      require()
      const sealed = await seal(one.id, one.personId, one.data)
      return (await direct.execute(ask.insert(name, one, sql`${sealed}`))).rowCount ?? 0
    },
    deleteByKey: (id, personId) => remove(isTheirs(id, personId)),
    deleteByPurpose: (purpose) => remove(ask.hasOnlyPurpose(purpose)),
    deleteExpired: async () => (await gates.retention.sweep(expiry)).removed,
    deleteByPerson: (personId) => erasePerson(platform, personId),
    updateData: async (id, personId, data) => {
      const sealed = await seal(id, personId, data)
      return update(sql`sealed_data = ${sealed}`, isTheirs(id, personId), 'rectify')
    },
    addObjection: (id, personId, purpose) => update(ask.objecting(purpose), isTheirs(id, personId), 'object'),
    addObjections: (personId, purpose) => update(ask.objecting(purpose), ask.isOf(personId), 'object'),
    addDecision: (purpose, decision) => update(ask.deciding(decision), ask.hasPurpose(purpose), 'decide'),
    endSharing: (partner) => update(ask.notSharing(partner), ask.isSharedWith(partner), 'end-sharing'),
    readData: (id) => read(ask.isKey(id)),
    readDataByPerson: (personId) => read(ask.isOf(personId), personId),
    readDataByPurpose: (purpose) => read(ask.hasPurpose(purpose)),
    readDataNotObjected: (purpose) => read(ask.isNotObjected(purpose)),
    readDataByDecision: (decision) => read(ask.mayDecide(decision)),
    readMetadata: (id) => readMetadata(ask.isKey(id)),
    readMetadataByPerson: (personId) => readMetadata(ask.isOf(personId)),
    systemLogs: (fromMs, untilMs) => ask.readLog(direct, sql.raw('evidence_leaf'), fromMs, untilMs),
    countOf: async (personId) => {
      const left = await ask.countRows(direct, name, ask.isOf(personId))
      const hash = vault.keyedHash('erasure', personId)
      const entries = await direct.$count(erasureLedger, sql`${erasureLedger.subjectHash} = ${hash}`)
      if (entries > 0 && left > 0) throw new Error('a record came back after its person was erased')
      return left
    },
  }
}
