import { dueAt, type Period } from '@avow/policy'
import type { BatchRow } from './batch-store.ts'
import type { FileRow } from './file-store.ts'

const seconds = (date: Date): number => Math.floor(date.getTime() / 1000)
const secondsOrNull = (date: Date | null): number | null => (date === null ? null : seconds(date))

/** When a file goes by itself; null: never. */
const endOf = ({ at, dueAt: sooner }: FileRow, period: Period): Date | null => {
  const end = dueAt(at, period)
  return sooner !== null && (end === null || sooner < end) ? sooner : end
}

/** @see https://platform.openai.com/docs/api-reference/files/object */
export const viewFile = (row: FileRow, name: string, period: Period) => ({
  id: row.id,
  object: 'file' as const,
  bytes: row.bytes,
  created_at: seconds(row.at),
  expires_at: secondsOrNull(endOf(row, period)),
  filename: name,
  purpose: row.purpose,
  status: 'processed' as const,
  status_details: null,
})

const endedAs = ({ state, endedAt }: BatchRow, wanted: BatchRow['state']): number | null =>
  state === wanted ? secondsOrNull(endedAt) : null

/** @see https://platform.openai.com/docs/api-reference/batch/object */
export const viewBatch = (row: BatchRow, metadata: unknown) => ({
  id: row.id,
  object: 'batch' as const,
  endpoint: row.endpoint,
  errors: row.problems.length === 0 ? null : { object: 'list' as const, data: row.problems },
  input_file_id: row.inputFileId,
  completion_window: '24h' as const,
  status: row.state,
  // While they are written they are nobody's to read.
  output_file_id: row.endedAt === null ? null : row.outputFileId,
  error_file_id: row.endedAt === null ? null : row.errorFileId,
  created_at: seconds(row.at),
  in_progress_at: secondsOrNull(row.begunAt),
  expires_at: seconds(row.expiresAt),
  finalizing_at: secondsOrNull(row.finalizingAt),
  completed_at: endedAs(row, 'completed'),
  failed_at: endedAs(row, 'failed'),
  expired_at: endedAs(row, 'expired'),
  cancelling_at: secondsOrNull(row.cancellingAt),
  cancelled_at: endedAs(row, 'cancelled'),
  request_counts: { total: row.total, completed: row.completed, failed: row.failed },
  metadata,
})
