import { systemColumns } from './system-columns.ts'

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

const note = 'made by graphile-worker; payloads hold ids only'
const noted = (columns: readonly string[]) => Object.fromEntries(columns.map((column) => [column, note]))

/** graphile-worker's tables: payloads carry ids only, never personal data; a finished job's row is deleted by the library. */
export const libraryColumns = systemColumns({
  schema: 'graphile_worker',
  module: 'platform/jobs',
  purpose: 'provide',
  columns: Object.fromEntries(Object.entries(jobTables).map(([table, columns]) => [table, noted(columns)])),
  endsWith: '_private_jobs',
})
