-- Processes that serve /v1 on this database: each says every second that it lives.
create table gateway (
  -- Of the data folder that its journal is in: the same after a restart.
  id text primary key,
  name text not null,
  version text not null,
  started_at timestamptz not null,
  seen_at timestamptz not null,
  -- Calls under way.
  active_calls integer not null,
  -- Whose limits it counts now: keyed hashes of eight bytes each, one after another; null: it could be anybody's.
  counts bytea
);
create index gateway_seen_at on gateway (seen_at);
