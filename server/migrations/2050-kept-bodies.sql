-- Whether a project keeps bodies of its calls. Without a row it does what the policy says of all: keep none.
create table body_keeping (
  project_id text primary key references project (id) on delete cascade,
  organisation_id text not null references organisation (id) on delete cascade,
  keep boolean not null,
  -- ISO 8601; without it as long as the policy, or the organisation's plan, lets it.
  period text,
  changed_by text,
  changed_at timestamptz not null
);
create index body_keeping_organisation on body_keeping (organisation_id);
create index body_keeping_changed_by on body_keeping (changed_by);

-- Gateways keep it in memory, so that each change is told at once, as those of plans are.
create trigger body_keeping_changed after insert or update or delete on body_keeping
  for each row execute function tell_organisation_limits_changed();

-- One row a call whose bodies a project keeps, partitioned by UTC day so that a day expires by dropping its partition.
create table kept_call (
  id text not null,
  at timestamptz not null,
  organisation_id text not null,
  project_id text not null,
  key_id text not null,
  model text not null,
  operation text not null check (operation in ('chat.completions', 'completions', 'embeddings')),
  stream boolean not null,
  outcome text not null check (outcome in ('completed', 'client_gone', 'upstream_refused', 'upstream_failed', 'interrupted')),
  status smallint not null,
  duration_ms integer not null,
  prompt_tokens integer not null,
  completion_tokens integer not null,
  request_bytes integer not null,
  response_bytes integer not null,
  -- More was sent than is kept.
  is_cut boolean not null,
  sealed_bodies bytea not null,
  -- When it ends before the policy's period does, as its project wants it.
  due_at timestamptz,
  primary key (id, at)
) partition by range (at);
create index kept_call_project on kept_call (project_id, at);
create index kept_call_organisation on kept_call (organisation_id, at);
create index kept_call_due on kept_call (due_at);
