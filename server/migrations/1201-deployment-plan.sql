-- What an organisation's agreement sets within, or beside, the operator's policy. One plan an organisation.
create table deployment_plan (
  id text primary key,
  organisation_id text not null unique references organisation (id) on delete cascade,
  sealed_source bytea not null,
  -- What gates read: classes, periods, countries and ids of the policy, nothing that a person wrote.
  settings jsonb not null,
  hash text not null check (hash ~ '^[0-9a-f]{64}$'),
  -- The log has SHA-256 of the hash with this salt.
  salt text not null,
  applied_at timestamptz not null,
  applied_by text references person (id) on delete set null
);
create index deployment_plan_applied_by on deployment_plan (applied_by);
