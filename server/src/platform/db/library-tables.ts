import type { MappedColumn } from './table.ts'

/** Tables that a library makes, classified here; the catalogue check refuses a column that is not listed. */
const jobTables: Record<string, readonly string[]> = {
  _private_jobs: [
    'id',
    'job_queue_id',
    'task_id',
    'payload',
    'priority',
    'run_at',
    'attempts',
    'max_attempts',
    'last_error',
    'created_at',
    'updated_at',
    'key',
    'locked_at',
    'locked_by',
    'revision',
    'flags',
    'is_available',
  ],
  _private_job_queues: ['id', 'queue_name', 'locked_at', 'locked_by', 'is_available'],
  _private_tasks: ['id', 'identifier'],
  _private_known_crontabs: ['identifier', 'known_since', 'last_execution'],
  migrations: ['id', 'ts', 'breaking'],
}

/** graphile-worker's tables: payloads carry ids only, never personal data; a finished job's row is deleted by the library. */
export const libraryColumns: readonly MappedColumn[] = Object.entries(jobTables).flatMap(([table, columns]) =>
  columns.map((column) => ({
    table: `graphile_worker.${table}`,
    column,
    module: 'platform/jobs',
    category: 'system' as const,
    subject: 'none' as const,
    purposes: ['provide' as const],
    retention: { class: 'system' as const, with: 'graphile_worker._private_jobs' },
    erasure: 'none' as const,
    nullable: false,
    subjectBy: [],
    sealedFor: null,
    opaque: false,
    note: 'made by graphile-worker; payloads hold ids only',
  })),
)
