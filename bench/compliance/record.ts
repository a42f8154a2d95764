import { col, table } from '../../server/src/platform/db/index.ts'
import { customType, text, timestamp } from '../../server/src/platform/db/query-words.ts'

/**
 * A personal record with the seven attributes of the paper (Shastri et al., VLDB 2020): purposes, time to live, person, objections,
 * decisions, sharing, source. The time to live is that of its retention class, counted from `createdAtMs`.
 */
export interface PersonalRecord {
  readonly id: string
  readonly personId: string
  readonly data: string
  readonly purposes: readonly string[]
  readonly objections: readonly string[]
  readonly decisions: readonly string[]
  readonly sharedWith: readonly string[]
  readonly source: string
  readonly createdAtMs: number
}

/** What people and regulators ask of a record beside its data. */
export type Metadata = Omit<PersonalRecord, 'data'>

export interface LogLine {
  readonly atMs: number
  readonly decision: string
}

/** The queries of the paper. Both sides answer all of them, and the same to each. */
export interface Records {
  create(record: PersonalRecord): Promise<number>
  deleteByKey(id: string, personId: string): Promise<number>
  /** Records that have no purpose but this one. */
  deleteByPurpose(purpose: string): Promise<number>
  deleteExpired(): Promise<number>
  deleteByPerson(personId: string): Promise<number>
  updateData(id: string, personId: string, data: string): Promise<number>
  addObjection(id: string, personId: string, purpose: string): Promise<number>
  addObjections(personId: string, purpose: string): Promise<number>
  /** Every record with the purpose may serve a decision. */
  addDecision(purpose: string, decision: string): Promise<number>
  /** A partner is no longer given what it was given. */
  endSharing(partner: string): Promise<number>
  readData(id: string): Promise<readonly string[]>
  readDataByPerson(personId: string): Promise<readonly string[]>
  readDataByPurpose(purpose: string): Promise<readonly string[]>
  /** With the purpose, of those who do not object to it. */
  readDataNotObjected(purpose: string): Promise<readonly string[]>
  readDataByDecision(decision: string): Promise<readonly string[]>
  readMetadata(id: string): Promise<readonly Metadata[]>
  readMetadataByPerson(personId: string): Promise<readonly Metadata[]>
  systemLogs(fromMs: number, untilMs: number): Promise<readonly LogLine[]>
  /** How many records of a person there still are. */
  countOf(personId: string): Promise<number>
}

const time = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })
const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' })
const words = (name: string) => col(text(name).array().notNull(), { category: 'correspondence', opaque: true })

/** The record as a table of the platform: every column declared, its data sealed under its person's key. */
export const personalRecord = table(
  'personal_record',
  {
    module: 'bench',
    subject: 'user',
    purposes: ['communicate'],
    erasure: 'delete',
    subjectBy: [{ column: 'person_id', of: 'person' }],
    retention: { class: 'mail', from: 'created_at' },
  },
  {
    id: col(text('id').primaryKey(), 'system'),
    personId: col(text('person_id').notNull(), 'account.identity'),
    sealedData: col(bytes('sealed_data').notNull(), { category: 'correspondence', sealedFor: 'person_id' }),
    purposes: words('purposes'),
    objections: words('objections'),
    decisions: words('decisions'),
    sharedWith: words('shared_with'),
    source: col(text('source').notNull(), { category: 'correspondence', opaque: true }),
    createdAt: col(time('created_at').notNull(), 'correspondence'),
  },
)

const indexes = (name: string): string[] => [
  `create index on ${name} (person_id)`,
  `create index on ${name} (created_at)`,
  ...['purposes', 'decisions', 'shared_with'].map((column) => `create index on ${name} using gin (${column})`),
]

/** Both sides: the same columns and the same indexes; only the data differs, and that nothing is declared. */
export const createTables: readonly string[] = [
  `create table personal_record (id text primary key, person_id text not null, sealed_data bytea not null,
     purposes text[] not null, objections text[] not null, decisions text[] not null, shared_with text[] not null,
     source text not null, created_at timestamptz not null)`,
  `create schema plain`,
  `create table plain.personal_record (id text primary key, person_id text not null, data text not null,
     purposes text[] not null, objections text[] not null, decisions text[] not null, shared_with text[] not null,
     source text not null, created_at timestamptz not null)`,
  ...indexes('personal_record'),
  ...indexes('plain.personal_record'),
  `create table plain.log (sequence bigint generated always as identity primary key, at timestamptz not null, decision text not null)`,
  `create index on plain.log (at)`,
]
