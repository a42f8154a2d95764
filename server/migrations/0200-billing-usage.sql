-- One row a request that reached a model, partitioned by UTC day so that a day expires by dropping its partition.
create table usage_event (
  id text not null,
  at timestamptz not null,
  organisation_id text not null,
  project_id text not null,
  key_id text not null,
  model text not null,
  served text not null check (served in ('embedded', 'upstream')),
  provider text,
  stream boolean not null,
  outcome text not null check (outcome in ('completed', 'client_gone', 'upstream_refused', 'upstream_failed', 'interrupted')),
  status smallint not null,
  prompt_tokens integer not null check (prompt_tokens >= 0),
  completion_tokens integer not null check (completion_tokens >= 0),
  estimated boolean not null,
  first_byte_ms integer,
  duration_ms integer not null,
  currency text not null,
  prompt_micros_per_million bigint not null,
  completion_micros_per_million bigint not null,
  cost_micros bigint not null,
  primary key (id, at)
) partition by range (at);
create index usage_event_project on usage_event (project_id, at);
create index usage_event_organisation on usage_event (organisation_id, at);

-- Sums by hour: what bills and charts are made of when the events are gone.
create table usage_hour (
  hour timestamptz not null,
  organisation_id text not null,
  project_id text not null,
  key_id text not null,
  model text not null,
  currency text not null,
  requests bigint not null,
  failed_requests bigint not null,
  prompt_tokens bigint not null,
  completion_tokens bigint not null,
  cost_micros bigint not null,
  primary key (project_id, hour, key_id, model, currency)
);
create index usage_hour_organisation on usage_hour (organisation_id, hour);
create index usage_hour_hour on usage_hour (hour);
