-- The only region in which an organisation's data and work may be, ISO 3166; without a row, wherever the policy allows.
create table organisation_pin (
  organisation_id text primary key references organisation (id) on delete cascade,
  region text not null check (region ~ '^[A-Z]{2}$'),
  set_by text,
  set_at timestamptz not null
);
create index organisation_pin_set_by on organisation_pin (set_by);

-- Providers of models to which an organisation lets its prompts go: an id of the policy's recipients.
create table provider_acceptance (
  organisation_id text not null references organisation (id) on delete cascade,
  recipient text not null,
  accepted_by text,
  accepted_at timestamptz not null,
  primary key (organisation_id, recipient)
);
create index provider_acceptance_accepted_by on provider_acceptance (accepted_by);

-- Gateways keep both in memory, so that each change is told at once.
create function tell_organisation_limits_changed() returns trigger language plpgsql as $$
begin
  perform pg_notify('organisation_limits_changed',
    case when tg_op = 'DELETE' then old.organisation_id else new.organisation_id end);
  return null;
end $$;
create trigger organisation_pin_changed after insert or update or delete on organisation_pin
  for each row execute function tell_organisation_limits_changed();
create trigger provider_acceptance_changed after insert or update or delete on provider_acceptance
  for each row execute function tell_organisation_limits_changed();
