-- Files that projects upload for batches, and those in which batches collect answers; sealed, in parts. In no backup.
create table batch_file (
  id text primary key,
  at timestamptz not null,
  project_id text not null references project (id) on delete cascade,
  organisation_id text not null,
  purpose text not null check (purpose in ('batch', 'batch_output')),
  -- False while it is written; then nobody is shown it.
  is_whole boolean not null,
  bytes bigint not null,
  sealed_name bytea not null,
  -- When it ends before the policy's period does.
  due_at timestamptz
);
create index batch_file_project on batch_file (project_id, at, id);
create index batch_file_organisation on batch_file (organisation_id);
create index batch_file_at on batch_file (at);
create index batch_file_due on batch_file (due_at);

create table batch_file_part (
  id text primary key,
  file_id text not null references batch_file (id) on delete cascade,
  organisation_id text not null,
  number integer not null,
  sealed_content bytea not null,
  unique (file_id, number)
);
create index batch_file_part_organisation on batch_file_part (organisation_id);

create table batch (
  id text primary key,
  at timestamptz not null,
  project_id text not null references project (id) on delete cascade,
  organisation_id text not null,
  key_id text not null,
  endpoint text not null check (endpoint in ('/v1/chat/completions', '/v1/completions', '/v1/embeddings')),
  state text not null
    check (state in ('validating', 'failed', 'in_progress', 'finalizing', 'completed', 'expired', 'cancelling', 'cancelled')),
  -- What finalizing ends in.
  ends_as text check (ends_as in ('completed', 'expired', 'cancelled')),
  input_file_id text not null,
  output_file_id text,
  error_file_id text,
  total integer not null,
  completed integer not null,
  failed integer not null,
  expires_at timestamptz not null,
  begun_at timestamptz,
  finalizing_at timestamptz,
  cancelling_at timestamptz,
  ended_at timestamptz,
  output_seconds integer,
  -- Line, code, message and parameter of what is wrong with the input; nothing of what it says.
  problems jsonb not null,
  sealed_metadata bytea not null
);
create index batch_project on batch (project_id, at, id);
create index batch_organisation on batch (organisation_id);
create index batch_at on batch (at);
create index batch_open on batch (at) where ended_at is null;

-- Answers of lines until they are in the batch's files.
create table batch_result (
  id text primary key,
  batch_id text not null references batch (id) on delete cascade,
  organisation_id text not null,
  line integer not null,
  is_error boolean not null,
  -- What is to be booked for it, until that is in the journal: written with the answer, so that neither is without the other.
  usage_line text,
  sealed_answer bytea not null,
  unique (batch_id, line)
);
create index batch_result_organisation on batch_result (organisation_id);
create index batch_result_unbooked on batch_result (batch_id) where usage_line is not null;
