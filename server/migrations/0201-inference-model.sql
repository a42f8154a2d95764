-- The catalogue: what callers may name as `model`. A removed entry stays as a row, so that a default one stays removed.
create table model (
  id text primary key,
  name text not null,
  description text not null,
  toy boolean not null,
  served text not null check (served in ('embedded', 'upstream')),
  provider text,
  licence text,
  context_tokens integer,
  parameters text,
  currency text not null,
  prompt_micros_per_million bigint not null check (prompt_micros_per_million >= 0),
  completion_micros_per_million bigint not null check (completion_micros_per_million >= 0),
  enabled boolean not null,
  -- An embedded model whose file shall be here: its download begins, or goes on, with the server.
  wanted boolean not null,
  upstream text check ((served = 'upstream') = (upstream is not null)),
  upstream_model text,
  sealed_upstream_key bytea,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  removed_at timestamptz
);
create index model_updated_at on model (updated_at);
