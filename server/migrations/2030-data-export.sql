-- A person's copy of their data, made table by table and kept sealed until its period is over.
create table data_export (
  id text primary key,
  person_id text not null unique,
  begun_at timestamptz not null,
  made_at timestamptz,
  last_table text,
  tables_done integer not null default 0,
  files jsonb not null default '[]'
);
create index data_export_begun on data_export (begun_at);

create table export_part (
  id text primary key,
  export_id text not null references data_export (id) on delete cascade,
  person_id text not null,
  number integer not null,
  sealed_content bytea not null,
  unique (export_id, number)
);
create index export_part_person on export_part (person_id);
