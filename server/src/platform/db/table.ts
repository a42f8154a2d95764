import type { Category, Erasure, Purpose, RetentionClass, RetentionRule, Subject } from '@avow/policy'
import { getTableColumns, getTableName } from 'drizzle-orm'
import {
  type PgColumnBuilderBase,
  type PgTableExtraConfigValue,
  type PgTableWithColumns,
  pgTable,
} from 'drizzle-orm/pg-core'

/** What a column holds, whose it is, and what erasure does to it. Unstated parts come from its table. */
export interface ColumnNote {
  readonly category: Category
  readonly subject?: Subject
  readonly purposes?: readonly Purpose[]
  readonly erasure?: Erasure
  /**
   * Sealed by the vault: the column of the same row that holds the subject's id, under whose key it is. Where that is
   * null, it is sealed for nobody. The row's own place is its `id`.
   */
  readonly sealedFor?: string
  /** Ids, keyed hashes, or words that the code chooses: nothing that a person wrote. */
  readonly opaque?: true
  /**
   * How the person whose it is corrects it: the id of an endpoint of the contract; or `record`: it says what was so then
   * (a letter that was sent, an address that somebody had), and correcting it would make it untrue.
   */
  readonly corrected?: string
  /** Where it comes from when not from the person (SSO, engine), or why it is kept. */
  readonly note?: string
}

/**
 * When the rows of a table end.
 * - `from`: the column from which the class's period counts, one for every trigger or one a trigger (a trigger that is
 *   not named cannot be promised for this table); null in the column means: not yet. The retention gate deletes rows
 *   past it.
 * - `with`: the table whose row they follow (foreign key with ON DELETE CASCADE).
 */
export type TableRetention =
  | {
      readonly class: RetentionClass
      readonly from: string | Partial<Record<RetentionRule['trigger'], string>>
      /** Partitioned by UTC day of this column: whole days are dropped. */
      readonly partitioned?: 'day'
      /** The column of when a row ends before its period does, as its customer wants it; null in it means: it does not. */
      readonly sooner?: string
    }
  | { readonly class: RetentionClass; readonly with: string }

/**
 * How a row says whose it is: a column with the id of a person or an organisation, or with the keyed hash of a person's address, or with
 * the id of a row of another table, whose subject is then this row's too. What erasing the subject does to the row is
 * the column's own `erasure`.
 */
export type SubjectLink =
  | { readonly column: string; readonly of: 'person' | 'organisation' }
  /** Rows written after `since` may belong to a later person with the same address. */
  | { readonly column: string; readonly of: 'address'; readonly since: string }
  | { readonly column: string; readonly through: string }

export interface TableNote {
  /** The module (or platform room) that owns the table. */
  readonly module: string
  readonly subject: Subject
  readonly purposes: readonly Purpose[]
  readonly retention: TableRetention
  readonly erasure: Erasure
  /** Whose the rows are; empty only where no column is about a person. */
  readonly subjectBy?: readonly SubjectLink[]
  readonly restore?: RestoreNote
  /** Rows exist only under a policy that has their category and their period; under another one the table must be empty. */
  readonly onlyIfHeld?: true
}

/**
 * What restoring an older backup does with a table; without it the rows are those of the backup.
 * - `newest`: never taken back. Its rows are in the backup of keys, which is made anew every hour: decisions, holds, what
 *   was erased, what was revoked.
 * - `never`: in no backup; who held it begins anew.
 */
export type RestoreNote = 'newest' | 'never'

declare const annotated: unique symbol
/** A column that went through `col`; a bare drizzle column does not type-check in `table`. */
export type Annotated<B extends PgColumnBuilderBase> = B & { readonly [annotated]: true }

const columnNote = Symbol('avow.columnNote')
const tableNotes = Symbol('avow.tableNotes')

/** Annotates a column with what the data map must know. */
export const col = <B extends PgColumnBuilderBase>(builder: B, note: Category | ColumnNote): Annotated<B> =>
  Object.assign(builder, {
    [columnNote]: typeof note === 'string' ? { category: note } : note,
  }) as unknown as Annotated<B>

/** The only way to define a table: every column must come from `col`. */
export const table = <N extends string, C extends Record<string, Annotated<PgColumnBuilderBase>>>(
  name: N,
  note: TableNote,
  columns: C,
  extra?: (self: PgTableWithColumns<never>) => PgTableExtraConfigValue[],
) => {
  const notes = Object.fromEntries(
    Object.entries(columns).map(([key, builder]) => [
      key,
      (builder as unknown as Record<symbol, ColumnNote>)[columnNote],
    ]),
  )
  const made = pgTable<N, C>(name, columns, extra as never)
  return Object.assign(made, { [tableNotes]: { note, columns: notes } })
}

export type AvowTable = ReturnType<typeof pgTable> & { [tableNotes]?: never } & object

/** One line of the data map. */
export interface MappedColumn {
  readonly table: string
  readonly column: string
  readonly module: string
  readonly category: Category
  readonly subject: Subject
  readonly purposes: readonly Purpose[]
  readonly retention: TableRetention
  readonly erasure: Erasure
  /** Column that holds the subject under whose key this one is sealed; null when it is not sealed. */
  readonly sealedFor: string | null
  readonly opaque: boolean
  /** Endpoint by which its person corrects it, or `record`; null where nobody stated it. */
  readonly corrected?: string | null
  readonly note: string | null
  readonly nullable: boolean
  /** Of its table. */
  readonly onlyIfHeld?: boolean
  /** Of its table. */
  readonly subjectBy: readonly SubjectLink[]
  /** Of its table. */
  readonly restore?: RestoreNote | undefined
}

/**
 * Reads the annotations of a table.
 * @throws if a column has none (possible only by going around the types)
 */
export const mapTable = (made: object): MappedColumn[] => {
  const drizzleTable = made as Parameters<typeof getTableColumns>[0]
  const notes = (made as Record<symbol, { note: TableNote; columns: Record<string, ColumnNote | undefined> }>)[
    tableNotes
  ]
  if (notes === undefined) throw new Error(`table ${getTableName(drizzleTable)} was not made by table()`)
  return Object.entries(getTableColumns(drizzleTable)).map(([key, column]) => {
    const own = notes.columns[key]
    if (own === undefined) throw new Error(`column ${getTableName(drizzleTable)}.${column.name} was not made by col()`)
    const isSystem = own.category === 'system'
    return {
      table: getTableName(drizzleTable),
      column: column.name,
      module: notes.note.module,
      category: own.category,
      subject: own.subject ?? (isSystem ? 'none' : notes.note.subject),
      purposes: own.purposes ?? notes.note.purposes,
      retention: notes.note.retention,
      erasure: own.erasure ?? notes.note.erasure,
      sealedFor: own.sealedFor ?? null,
      opaque: own.opaque ?? false,
      corrected: own.corrected ?? null,
      note: own.note ?? null,
      nullable: !column.notNull,
      ...(notes.note.onlyIfHeld === true ? { onlyIfHeld: true } : {}),
      subjectBy: notes.note.subjectBy ?? [],
      ...(notes.note.restore === undefined ? {} : { restore: notes.note.restore }),
    }
  })
}
