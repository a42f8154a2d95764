-- A change of address: asked for, confirmed by the link in the mail to the new address, perhaps taken back from the old one.
create table email_change (
  id text primary key,
  person_id text not null references person (id) on delete cascade,
  state text not null check (state in ('asked', 'confirmed', 'undone')),
  sealed_new_email bytea not null,
  new_email_index text not null,
  sealed_old_email bytea not null,
  old_email_index text not null,
  token_hash text not null unique,
  undo_token_hash text unique,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  confirmed_at timestamptz,
  -- Until then the old address can take it back, and nobody else can have it.
  undo_until timestamptz,
  check ((state = 'asked') = (confirmed_at is null))
);
create index email_change_person on email_change (person_id, created_at);
create index email_change_old_email_index on email_change (old_email_index) where state = 'confirmed';
create index email_change_new_email_index on email_change (new_email_index) where state = 'asked';
create index email_change_created_at on email_change (created_at);

-- By which mail and invitations to an address that somebody had are still found as theirs, and nobody's after them.
create table former_address (
  id text primary key,
  person_id text not null references person (id) on delete cascade,
  email_index text not null,
  had_until timestamptz not null
);
create index former_address_person on former_address (person_id);
