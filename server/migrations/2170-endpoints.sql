-- Models that a project has served for itself alone, in containers: what is wanted.
create table endpoint (
  id text primary key,
  organisation_id text not null references organisation (id) on delete cascade,
  project_id text not null references project (id) on delete cascade,
  model text not null,
  size text not null,
  replicas_min integer not null check (replicas_min >= 0),
  replicas_max integer not null check (replicas_max >= 1 and replicas_max >= replicas_min),
  idle_seconds integer not null check (idle_seconds > 0),
  -- Raised with each change that its replicas must be begun anew for.
  revision integer not null,
  currency text not null,
  price_micros_per_second bigint not null check (price_micros_per_second >= 0),
  created_at timestamptz not null,
  -- Wanted no more: the row goes when its last replica is wiped.
  deleted_at timestamptz
);
create index endpoint_organisation on endpoint (organisation_id);
create index endpoint_project on endpoint (project_id, created_at);

-- One life of one container, with its price: what is to be paid. It stays when its endpoint goes.
create table endpoint_replica (
  id text primary key,
  endpoint_id text not null,
  organisation_id text not null,
  project_id text not null,
  model text not null,
  size text not null,
  -- What it runs: the revision of its endpoint, and the image.
  build text not null,
  state text not null check (state in ('starting', 'ready', 'draining', 'ended')),
  currency text not null,
  price_micros_per_second bigint not null check (price_micros_per_second >= 0),
  created_at timestamptz not null,
  -- As the engine saw it.
  started_at timestamptz,
  seen_at timestamptz,
  ended_at timestamptz,
  check ((state = 'ended') = (ended_at is not null))
);
create index endpoint_replica_endpoint on endpoint_replica (endpoint_id, created_at);
create index endpoint_replica_organisation on endpoint_replica (organisation_id);
create index endpoint_replica_open on endpoint_replica (id) where ended_at is null;
create index endpoint_replica_ended on endpoint_replica (ended_at);

create table endpoint_event (
  id text primary key,
  at timestamptz not null,
  endpoint_id text not null references endpoint (id) on delete cascade,
  organisation_id text not null,
  kind text not null,
  replica_id text,
  -- Words of the server's own.
  reason text
);
create index endpoint_event_endpoint on endpoint_event (endpoint_id, id);
create index endpoint_event_organisation on endpoint_event (organisation_id);
create index endpoint_event_at on endpoint_event (at);
