import type { MappedColumn } from '../db/index.ts'

const columns: Readonly<Record<string, Readonly<Record<string, string | null>>>> = {
  data_key: {
    subject: 'whose key: an id; the row goes when the subject is shredded',
    wrapped: 'the key, encrypted by the master key, which is not in the database',
    key_id: null,
    created_at: null,
  },
  shredded: { subject_hash: 'keyed hash: nobody can be read from it', at: null },
  key_encryption_key: { id: null, state: null, since: null },
  schema_migration: { name: null, hash: null, applied_at: null },
}

/** The vault's own schema, which another database role owns: it is not in the way of `table()`, as only the vault asks it. */
export const vaultColumns: readonly MappedColumn[] = Object.entries(columns).flatMap(([table, notes]) =>
  Object.entries(notes).map(([column, note]) => ({
    table: `vault.${table}`,
    column,
    module: 'platform/vault',
    category: 'system' as const,
    subject: 'none' as const,
    purposes: ['security' as const],
    retention: { class: 'system' as const, with: 'vault.data_key' },
    erasure: 'none' as const,
    nullable: false,
    subjectBy: [],
    sealedFor: null,
    opaque: false,
    note,
  })),
)
