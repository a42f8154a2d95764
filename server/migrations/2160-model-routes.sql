-- Further servers that answer for a model, beside the place that its entry names: together they are its pool.
create table model_route (
  id text primary key,
  model_id text not null references model (id) on delete cascade,
  upstream text not null,
  upstream_model text,
  sealed_upstream_key bytea,
  provider text,
  recipient text,
  -- Its share among those of its tier; a tier is asked when nobody of a lower one can answer.
  weight integer not null check (weight between 1 and 1000),
  tier integer not null check (tier between 0 and 9),
  enabled boolean not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  -- The same server twice would take a share twice.
  unique nulls not distinct (model_id, upstream, upstream_model)
);

-- The same of the place that the entry names.
alter table model
  add column weight integer not null default 1 check (weight between 1 and 1000),
  add column tier integer not null default 0 check (tier between 0 and 9);
