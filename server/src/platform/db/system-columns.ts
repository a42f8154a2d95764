import type { Purpose } from '@avow/policy'
import type { MappedColumn } from './table.ts'

/** Tables that are not made by `table()`: of a schema that something else than our migrations or queries looks after. */
export interface SystemTables {
  readonly schema: string
  readonly module: string
  readonly purpose: Purpose
  /** Every column by table, with a note where there is something to say. */
  readonly columns: Readonly<Record<string, Readonly<Record<string, string | null>>>>
  /** The table with which all of them end. */
  readonly endsWith: string
}

/** Lines of the data map for tables that hold nothing about a person. */
export const systemColumns = ({ schema, module, purpose, columns, endsWith }: SystemTables): MappedColumn[] =>
  Object.entries(columns).flatMap(([table, notes]) =>
    Object.entries(notes).map(([column, note]) => ({
      table: `${schema}.${table}`,
      column,
      module,
      category: 'system',
      subject: 'none',
      purposes: [purpose],
      retention: { class: 'system', with: `${schema}.${endsWith}` },
      erasure: 'none',
      nullable: false,
      subjectBy: [],
      sealedFor: null,
      opaque: false,
      note,
    })),
  )
