-- Backups that were asked for. The files say the rest.
create table backup (
  id text primary key,
  state text not null check (state in ('waiting', 'running', 'kept', 'failed', 'expired')),
  asked_at timestamptz not null,
  begun_at timestamptz,
  finished_at timestamptz,
  expires_at timestamptz,
  file text,
  bytes bigint,
  rows bigint not null default 0,
  tables_done integer not null default 0,
  tables_total integer not null default 0,
  reason text
);
create index backup_asked_at on backup (asked_at, id);

-- Restores of this database: nothing is served while one is not done.
create table restore_run (
  id text primary key,
  state text not null check (state in ('loaded', 'done')),
  backup_id text not null,
  backup_at timestamptz not null,
  keys_at timestamptz not null,
  begun_at timestamptz not null,
  finished_at timestamptz,
  erased integer not null default 0
);
create index restore_run_begun_at on restore_run (begun_at);
