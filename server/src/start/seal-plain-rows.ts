import type { Pool, PoolClient } from 'pg'
import { projectNameIndex } from '../modules/identity/index.ts'
import { inTransaction } from '../platform/db/index.ts'
import { addressIndex, sealMail } from '../platform/mail/index.ts'
import { nobody, type Vault } from '../platform/vault/index.ts'

/** Rows of older versions, whose personal fields stand in clear. */
interface PlainTable {
  readonly table: string
  /** Columns in clear; a row is sealed when all of them are null. */
  readonly plain: readonly string[]
  /** What else of the row is needed. */
  readonly needs: readonly string[]
  /** The new columns of a row. */
  seal(row: PlainRow, client: PoolClient): Promise<Record<string, Buffer | string | null>>
}

type PlainRow = { readonly id: string } & Readonly<Record<string, unknown>>

const batchRows = 200

const textOf = (row: PlainRow, column: string): string | null => {
  const value = row[column]
  return typeof value === 'string' ? value : null
}

const cellSealer =
  (vault: Vault, table: string) =>
  async (subject: string, row: PlainRow, column: string): Promise<Record<string, Buffer | null>> => {
    const text = textOf(row, column)
    const sealed = `sealed_${column}`
    const place = { table, column: sealed, row: row.id }
    return { [sealed]: text === null ? null : await vault.sealFor(subject, place, text) }
  }

/** Tables whose columns are sealed one by one, with an index on the address where there is one. */
const simpleTable = (vault: Vault, table: string, plain: readonly string[], subjectColumn = 'id'): PlainTable => ({
  table,
  plain,
  needs: subjectColumn === 'id' ? [] : [subjectColumn],
  seal: async (row) => {
    const sealCell = cellSealer(vault, table)
    const subject = textOf(row, subjectColumn) ?? nobody
    const cells = await Promise.all(plain.map((column) => sealCell(subject, row, column)))
    const email = plain.includes('email') ? textOf(row, 'email') : null
    return Object.assign({}, ...cells, email === null ? {} : { email_index: addressIndex(vault, email) })
  },
})

const outbox = (vault: Vault): PlainTable => ({
  table: 'mail_outbox',
  plain: ['recipient', 'subject', 'text', 'links'],
  needs: [],
  seal: async (row, client) => {
    const to = textOf(row, 'recipient') ?? ''
    const { rows } = await client.query<{ id: string }>(
      'select id from person where email_index = $1 and closed_at is null',
      [addressIndex(vault, to)],
    )
    const message = {
      subject: textOf(row, 'subject') ?? '',
      text: textOf(row, 'text') ?? '',
      links: row['links'] as readonly string[],
    }
    const sealed = await sealMail(vault, { id: row.id, about: rows[0]?.id ?? row.id, to, ...message })
    return {
      about: sealed.about,
      sealed_recipient: sealed.sealedRecipient,
      recipient_index: sealed.recipientIndex,
      sealed_message: sealed.sealedMessage,
    }
  },
})

const answers = (vault: Vault): PlainTable => ({
  table: 'idempotency',
  plain: ['response'],
  needs: ['person_id'],
  seal: async (row) => {
    const place = { table: 'idempotency', column: 'sealed_response', row: row.id }
    const subject = textOf(row, 'person_id') ?? nobody
    return { sealed_response: await vault.sealFor(subject, place, JSON.stringify(row['response'])) }
  },
})

/** Names that organisations gave, in versions before 1402. */
const plainNames = (vault: Vault): PlainTable[] => {
  const keys = simpleTable(vault, 'api_key', ['name'], 'organisation_id')
  const projects = simpleTable(vault, 'project', ['name'], 'organisation_id')
  const indexed: PlainTable = {
    ...projects,
    seal: async (row, client) => ({
      ...(await projects.seal(row, client)),
      name_index: projectNameIndex(vault, textOf(row, 'organisation_id') ?? '', textOf(row, 'name') ?? ''),
    }),
  }
  return [indexed, keys]
}

/** The outbox after the people whose mail it holds. */
const plainTables = (vault: Vault): PlainTable[] => [
  simpleTable(vault, 'person', ['email', 'name']),
  simpleTable(vault, 'sign_up', ['email', 'name']),
  simpleTable(vault, 'invitation', ['email']),
  simpleTable(vault, 'session', ['ip_address', 'user_agent'], 'person_id'),
  simpleTable(vault, 'security_event', ['ip_address'], 'person_id'),
  simpleTable(vault, 'organisation', ['name']),
  outbox(vault),
  answers(vault),
]

const sealRow = async (client: PoolClient, of: PlainTable, row: PlainRow): Promise<void> => {
  const sealed = Object.entries(await of.seal(row, client))
  const set = [
    ...sealed.map(([column], index) => `${column} = $${index + 2}`),
    ...of.plain.map((column) => `${column} = null`),
  ]
  await client.query(`update ${of.table} set ${set.join(', ')} where id = $1`, [
    row.id,
    ...sealed.map(([, value]) => value),
  ])
}

/** @returns how many rows were still in clear */
const sealBatch = (client: PoolClient, of: PlainTable): Promise<number> =>
  inTransaction(client, async () => {
    const inClear = of.plain.map((column) => `${column} is not null`).join(' or ')
    const { rows } = await client.query<PlainRow>(
      `select ${['id', ...of.plain, ...of.needs].join(', ')} from ${of.table} where ${inClear} limit ${batchRows} for update`,
    )
    for (const row of rows) await sealRow(client, of, row)
    return rows.length
  })

const isAddress = (text: string): boolean => text.includes('@')

/** Holds and running erasures named people by their addresses; now by what the rows themselves hold. */
const indexAddresses = async (client: PoolClient, vault: Vault): Promise<void> => {
  const indexed = (addresses: readonly string[]) =>
    addresses.map((one) => (isAddress(one) ? addressIndex(vault, one) : one))
  const { rows: tables } = await client.query<{ name: string }>(
    "select relname as name from pg_class where relname in ('legal_hold', 'rights_request') and relkind = 'r'",
  )
  if (tables.length < 2) return
  const holds = await client.query<{ id: string; addresses: string[] }>('select id, addresses from legal_hold')
  for (const { id, addresses } of holds.rows.filter((row) => row.addresses.some(isAddress)))
    await client.query('update legal_hold set addresses = $2 where id = $1', [id, indexed(addresses)])
  const running = await client.query<{ id: string; subject: { addresses: string[] } }>(
    'select id, subject from rights_request where subject is not null',
  )
  for (const { id, subject } of running.rows) {
    const named = { ...subject, addresses: indexed(subject.addresses) }
    await client.query('update rights_request set subject = $2 where id = $1', [id, JSON.stringify(named)])
  }
  for (const { name } of tables) await client.query(`vacuum full ${name}`)
}

const sealTables = async (client: PoolClient, tables: readonly PlainTable[]): Promise<void> => {
  for (const of of tables) {
    while ((await sealBatch(client, of)) > 0);
    await client.query(`vacuum full ${of.table}`)
  }
}

/** The same for the names of projects and API keys. */
export const sealPlainNames = async (pool: Pool, vault: Vault): Promise<void> => {
  const client = await pool.connect()
  try {
    await sealTables(client, plainNames(vault))
    await client.query('checkpoint').catch(() => undefined)
  } finally {
    client.release()
  }
}

/**
 * Seals what older versions stored in clear, in batches that may be cut off and repeated; then writes the tables anew, so
 * that the old rows are not left in their files. Nothing else may use the database meanwhile.
 */
export const sealPlainRows = async (pool: Pool, vault: Vault): Promise<void> => {
  const client = await pool.connect()
  try {
    await sealTables(client, plainTables(vault))
    await indexAddresses(client, vault)
    await client.query('checkpoint').catch(() => undefined)
  } finally {
    client.release()
  }
}
