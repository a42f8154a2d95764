import type { Clock } from '../../server/src/platform/clock/index.ts'
import type { Database } from '../../server/src/platform/db/index.ts'
import { type SQL, sql } from '../../server/src/platform/db/query-words.ts'
import * as ask from './queries.ts'
import type { Records } from './record.ts'

const name = sql.raw('plain.personal_record')

/** The same queries on plain tables: nothing sealed, asked, held or recorded. */
export const createPlainRecords = ({
  database,
  clock,
  period,
}: {
  database: Database
  clock: Clock
  /** How long a record is kept, ISO 8601. */
  period: string
}): Records => {
  const { direct } = database
  const read = async (where: SQL): Promise<string[]> => {
    const { rows } = await direct.execute<{ data: string }>(sql`select data from ${name} where ${where} order by id`)
    return rows.map((row) => row.data)
  }
  const remove = async (where: SQL): Promise<number> =>
    (await direct.execute(sql`delete from ${name} where ${where}`)).rowCount ?? 0
  const update = (set: SQL, where: SQL) => ask.update(direct, name, set, where)
  return {
    create: async (one) => (await direct.execute(ask.insert(name, one, sql`${one.data}`))).rowCount ?? 0,
    deleteByKey: (id) => remove(ask.isKey(id)),
    deleteByPurpose: (purpose) => remove(ask.hasOnlyPurpose(purpose)),
    deleteExpired: () => remove(sql`created_at <= ${clock.now().toISOString()}::timestamptz - ${period}::interval`),
    deleteByPerson: (personId) => remove(ask.isOf(personId)),
    updateData: (id, _personId, data) => update(sql`data = ${data}`, ask.isKey(id)),
    addObjection: (id, _personId, purpose) => update(ask.objecting(purpose), ask.isKey(id)),
    addObjections: (personId, purpose) => update(ask.objecting(purpose), ask.isOf(personId)),
    addDecision: (purpose, decision) => update(ask.deciding(decision), ask.hasPurpose(purpose)),
    endSharing: (partner) => update(ask.notSharing(partner), ask.isSharedWith(partner)),
    readData: (id) => read(ask.isKey(id)),
    readDataByPerson: (personId) => read(ask.isOf(personId)),
    readDataByPurpose: (purpose) => read(ask.hasPurpose(purpose)),
    readDataNotObjected: (purpose) => read(ask.isNotObjected(purpose)),
    readDataByDecision: (decision) => read(ask.mayDecide(decision)),
    readMetadata: (id) => ask.readMetadata(direct, name, ask.isKey(id)),
    readMetadataByPerson: (personId) => ask.readMetadata(direct, name, ask.isOf(personId)),
    systemLogs: (fromMs, untilMs) => ask.readLog(direct, sql.raw('plain.log'), fromMs, untilMs),
    countOf: (personId) => ask.countRows(direct, name, ask.isOf(personId)),
  }
}
