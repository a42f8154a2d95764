-- Floods raise alerts as other attacks do.
alter table security_alert drop constraint security_alert_kind_check;
alter table security_alert add constraint security_alert_kind_check check (
  kind in ('sign-in-guessing', 'key-guessing', 'privilege-probing', 'key-stuffing', 'id-walking', 'request-flood')
);

-- Addresses whose strangers are not answered for a while, with the inputs of that decision.
create table address_block (
  id text primary key,
  kind text not null check (kind in ('key-stuffing', 'id-walking', 'request-flood')),
  source_hash text not null,
  count integer not null check (count > 0),
  times integer not null,
  within_seconds integer not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  started_at timestamptz not null,
  ends_at timestamptz not null,
  lifted_at timestamptz,
  lifted_by text references person (id) on delete set null,
  review_asked_at timestamptz,
  -- Address and note, under a key of the block's own.
  sealed_details bytea
);
create index address_block_started_at on address_block (started_at, id);
create index address_block_ends_at on address_block (ends_at);
create index address_block_lifted_by on address_block (lifted_by) where lifted_by is not null;

-- Every process keeps those in force in memory, so that each change is told at once.
create function tell_address_block_changed() returns trigger language plpgsql as $$
begin
  perform pg_notify('address_block_changed', '');
  return null;
end $$;
create trigger address_block_changed after insert or update or delete on address_block
  for each statement execute function tell_address_block_changed();
