create table idempotency (
  id text primary key,
  request_hash text not null,
  person_id text,
  response jsonb,
  created_at timestamptz not null
);
create index idempotency_created_at on idempotency (created_at);

create table evidence_leaf (
  sequence bigint primary key generated always as identity,
  at timestamptz not null,
  gate text not null,
  decision text not null,
  rule text,
  counted bigint
);
create index evidence_leaf_at on evidence_leaf (at);

create table retention_run (
  id text primary key,
  retention_class text not null,
  table_name text not null,
  period text not null,
  started_at timestamptz not null,
  finished_at timestamptz not null,
  looked integer not null,
  removed integer not null,
  explanation text not null
);
create index retention_run_started_at on retention_run (started_at);

create table mail_outbox (
  id text primary key,
  recipient text not null,
  kind text not null,
  subject text not null,
  text text not null,
  links jsonb not null,
  state text not null check (state in ('held', 'queued', 'sent', 'failed')),
  reason text,
  created_at timestamptz not null,
  sent_at timestamptz
);
create index mail_outbox_created_at on mail_outbox (created_at, id);
create index mail_outbox_recipient on mail_outbox (recipient);
