-- What lets customer content train a model: an owner's opt-in, or a signed approval that the officer wrote down.
create table training_approval (
  id text primary key,
  -- It outlives the organisation's row: that somebody agreed is kept for its own time.
  organisation_id text not null,
  project_id text,
  kind text not null check (kind in ('opt-in', 'written-approval')),
  content text[] not null check (cardinality(content) > 0),
  given_at timestamptz not null,
  until timestamptz check (until > given_at),
  policy text not null,
  policy_version text not null,
  sealed_details bytea not null,
  commitment text not null check (commitment ~ '^[0-9a-f]{64}$'),
  given_by text references person (id) on delete set null,
  recorded_by text references person (id) on delete set null,
  withdrawn_at timestamptz check (withdrawn_at >= given_at),
  withdrawn_by text references person (id) on delete set null,
  revoked_by text references person (id) on delete set null,
  ends_at timestamptz check (ends_at is not distinct from least(until, withdrawn_at))
);
create index training_approval_organisation on training_approval (organisation_id, given_at);
create index training_approval_given_at on training_approval (given_at, id);
create index training_approval_ends_at on training_approval (ends_at);
create index training_approval_given_by on training_approval (given_by);
create index training_approval_recorded_by on training_approval (recorded_by);
create index training_approval_withdrawn_by on training_approval (withdrawn_by);
create index training_approval_revoked_by on training_approval (revoked_by);

-- What was agreed stays as it was: it can be withdrawn, once, and people in it can be forgotten.
create function keep_training_approval() returns trigger language plpgsql as $$
declare
  lawful training_approval := old;
begin
  if old.withdrawn_at is null and new.withdrawn_at is not null then
    lawful.withdrawn_at := new.withdrawn_at;
    lawful.ends_at := new.ends_at;
    lawful.withdrawn_by := new.withdrawn_by;
    lawful.revoked_by := new.revoked_by;
  end if;
  if new.given_by is null then lawful.given_by := null; end if;
  if new.recorded_by is null then lawful.recorded_by := null; end if;
  if new.withdrawn_by is null then lawful.withdrawn_by := null; end if;
  if new.revoked_by is null then lawful.revoked_by := null; end if;
  if new is distinct from lawful then
    raise exception 'an approval to train is never changed: withdraw it, and give another';
  end if;
  return new;
end $$;
create trigger training_approval_kept before update on training_approval
  for each row execute function keep_training_approval();
