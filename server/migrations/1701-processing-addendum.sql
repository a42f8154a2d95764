-- Signed copies of the data processing addendum, as they were signed.
create table processing_addendum (
  id text primary key,
  organisation_id text not null references organisation (id) on delete cascade,
  policy text not null,
  policy_version text not null,
  text text not null,
  hash text not null check (hash ~ '^[0-9a-f]{64}$'),
  -- The log has SHA-256 of the hash with this salt.
  salt text not null,
  signed_at timestamptz not null,
  signed_by text references person (id) on delete set null,
  -- Name and title of who signed, under the organisation's key.
  sealed_signatory bytea not null,
  unique (organisation_id, hash)
);
create index processing_addendum_signed_by on processing_addendum (signed_by) where signed_by is not null;
