import { and, desc, eq, gte, inArray, lt, type SQL, sql } from 'drizzle-orm'
import { olderThan, type Tx } from '../../../platform/db/index.ts'
import { keptCall } from './tables.ts'

export type KeptRow = typeof keptCall.$inferSelect
/** A row without the bodies. */
export type KeptHead = Omit<KeptRow, 'sealedBodies' | 'organisationId' | 'dueAt'>

const head = {
  id: keptCall.id,
  at: keptCall.at,
  projectId: keptCall.projectId,
  keyId: keptCall.keyId,
  model: keptCall.model,
  operation: keptCall.operation,
  stream: keptCall.stream,
  outcome: keptCall.outcome,
  status: keptCall.status,
  durationMs: keptCall.durationMs,
  promptTokens: keptCall.promptTokens,
  completionTokens: keptCall.completionTokens,
  requestBytes: keptCall.requestBytes,
  responseBytes: keptCall.responseBytes,
  isCut: keptCall.isCut,
}

type ColumnKey = keyof KeptRow

/** Columns with the type by which PostgreSQL reads a list of them. */
const columns: Readonly<Record<ColumnKey, readonly [name: string, type: string]>> = {
  id: ['id', 'text'],
  at: ['at', 'timestamptz'],
  organisationId: ['organisation_id', 'text'],
  projectId: ['project_id', 'text'],
  keyId: ['key_id', 'text'],
  model: ['model', 'text'],
  operation: ['operation', 'text'],
  stream: ['stream', 'boolean'],
  outcome: ['outcome', 'text'],
  status: ['status', 'smallint'],
  durationMs: ['duration_ms', 'integer'],
  promptTokens: ['prompt_tokens', 'integer'],
  completionTokens: ['completion_tokens', 'integer'],
  requestBytes: ['request_bytes', 'integer'],
  responseBytes: ['response_bytes', 'integer'],
  isCut: ['is_cut', 'boolean'],
  sealedBodies: ['sealed_bodies', 'bytea'],
  dueAt: ['due_at', 'timestamptz'],
}
const keys = Object.keys(columns) as ColumnKey[]
const names = sql.raw(keys.map((key) => columns[key][0]).join(', '))

const plain = (value: KeptRow[ColumnKey]): unknown => (value instanceof Date ? value.toISOString() : value)

/** Many rows with one statement of always the same text. One that is there already stays. */
export const insertKept = async (tx: Tx, rows: readonly KeptRow[]): Promise<void> => {
  const lists = keys.map((key) => sql`${sql.param(rows.map((row) => plain(row[key])))}::${sql.raw(columns[key][1])}[]`)
  await tx.execute(
    sql`insert into kept_call (${names}) select ${names} from unnest(${sql.join(lists, sql`, `)}) as given (${names}) on conflict do nothing`,
  )
}

export interface KeptWanted {
  readonly projectId: string
  readonly since: Date | undefined
  readonly until: Date | undefined
  readonly keyId: string | undefined
  readonly model: string | undefined
  readonly operation: KeptRow['operation'] | undefined
  readonly status: number | undefined
  readonly outcome: KeptRow['outcome'] | undefined
  readonly limit: number
  readonly after: { readonly atMs: number; readonly id: string } | undefined
}

/** Newest first, one more than the limit. */
export const listKept = (tx: Tx, wanted: KeptWanted): Promise<KeptHead[]> => {
  const { since, until, keyId, model, operation, status, outcome } = wanted
  return tx
    .select(head)
    .from(keptCall)
    .where(
      and(
        eq(keptCall.projectId, wanted.projectId),
        since && gte(keptCall.at, since),
        until && lt(keptCall.at, until),
        keyId === undefined ? undefined : eq(keptCall.keyId, keyId),
        model === undefined ? undefined : eq(keptCall.model, model),
        operation === undefined ? undefined : eq(keptCall.operation, operation),
        status === undefined ? undefined : eq(keptCall.status, status),
        outcome === undefined ? undefined : eq(keptCall.outcome, outcome),
        olderThan(keptCall.at, keptCall.id, wanted.after),
      ),
    )
    .orderBy(desc(keptCall.at), desc(keptCall.id))
    .limit(wanted.limit + 1)
}

export const findKept = async (tx: Tx, projectId: string, id: string): Promise<KeptRow | undefined> => {
  const [row] = await tx
    .select()
    .from(keptCall)
    .where(and(eq(keptCall.projectId, projectId), eq(keptCall.id, id)))
  return row
}

const batchRows = 1000

/**
 * Removes one of a project's rows, or a batch of all of them.
 * @param isHeld what a legal hold covers stays
 * @returns how many are gone, and whether more may be left to remove
 */
export const removeKept = async (
  tx: Tx,
  of: { readonly projectId: string; readonly id?: string; readonly isHeld: SQL },
): Promise<{ removed: number; done: boolean }> => {
  const chosen = tx
    .select({ id: keptCall.id })
    .from(keptCall)
    .where(
      and(
        eq(keptCall.projectId, of.projectId),
        of.id === undefined ? undefined : eq(keptCall.id, of.id),
        sql`not ${of.isHeld}`,
      ),
    )
    .limit(batchRows)
  const gone = await tx.delete(keptCall).where(and(eq(keptCall.projectId, of.projectId), inArray(keptCall.id, chosen)))
  const removed = gone.rowCount ?? 0
  return { removed, done: removed < batchRows }
}

/** Rows of a project that stay, because a legal hold covers them. */
export const countKept = (tx: Tx, projectId: string): Promise<number> =>
  tx.$count(keptCall, eq(keptCall.projectId, projectId))
