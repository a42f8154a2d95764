import { systemColumns } from '../db/index.ts'

const columns = {
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
export const vaultColumns = systemColumns({
  schema: 'vault',
  module: 'platform/vault',
  purpose: 'security',
  columns,
  endsWith: 'data_key',
})
