-- What a sweep found held, the instant up to which it swept (behind the clock when that had jumped), and when the next row is due.
alter table retention_run
  add column held integer not null default 0,
  add column effective_at timestamptz,
  add column next_due_at timestamptz;
create index retention_run_effective_at on retention_run (effective_at);
create index retention_run_table on retention_run (table_name, finished_at);
