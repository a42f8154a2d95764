create table person (
  id text primary key,
  email text not null check (email = lower(email)),
  name text not null,
  password_hash text not null,
  email_verified_at timestamptz not null,
  created_at timestamptz not null,
  closed_at timestamptz
);
create unique index person_email on person (email) where closed_at is null;
create index person_closed_at on person (closed_at);

-- A sign-up whose address is not verified yet: one row a mail. The person begins with the first link that is opened.
create table sign_up (
  id text primary key,
  email text not null check (email = lower(email)),
  name text not null,
  password_hash text not null,
  token_hash text not null unique,
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index sign_up_email on sign_up (email, created_at);
create index sign_up_created_at on sign_up (created_at);

create table password_reset (
  id text primary key,
  person_id text not null references person (id) on delete cascade,
  token_hash text not null unique,
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index password_reset_person on password_reset (person_id);
create index password_reset_created_at on password_reset (created_at);

create table session (
  id text primary key,
  person_id text not null references person (id) on delete cascade,
  token_hash text not null unique,
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  expires_at timestamptz not null,
  second_factor_at timestamptz,
  ip_address text,
  user_agent text
);
create index session_person on session (person_id, created_at);
create index session_last_seen_at on session (last_seen_at);

create table second_factor (
  person_id text primary key references person (id) on delete cascade,
  sealed_secret bytea not null,
  last_step bigint not null,
  created_at timestamptz not null,
  confirmed_at timestamptz
);

create table backup_code (
  code_hash text primary key,
  person_id text not null references person (id) on delete cascade,
  created_at timestamptz not null,
  used_at timestamptz
);
create index backup_code_person on backup_code (person_id);

create table attempt (
  key_hash text primary key,
  count integer not null,
  last_at timestamptz not null,
  blocked_until timestamptz
);
create index attempt_last_at on attempt (last_at);

create table security_event (
  id text primary key,
  at timestamptz not null,
  kind text not null,
  person_id text references person (id) on delete set null,
  ip_address text
);
create index security_event_at on security_event (at);
create index security_event_person on security_event (person_id, at);

create table organisation (
  id text primary key,
  name text not null,
  billing_country text,
  created_at timestamptz not null,
  closed_at timestamptz
);
create index organisation_closed_at on organisation (closed_at);

create table membership (
  organisation_id text not null references organisation (id) on delete cascade,
  person_id text not null references person (id) on delete cascade,
  role text not null check (role in ('owner', 'admin', 'member', 'billing', 'viewer')),
  joined_at timestamptz not null,
  primary key (organisation_id, person_id)
);
create index membership_person on membership (person_id, joined_at);

create table invitation (
  id text primary key,
  organisation_id text not null references organisation (id) on delete cascade,
  email text not null check (email = lower(email)),
  role text not null check (role in ('owner', 'admin', 'member', 'billing', 'viewer')),
  state text not null check (state in ('pending', 'accepted', 'revoked')),
  token_hash text not null unique,
  invited_by text references person (id) on delete set null,
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index invitation_organisation on invitation (organisation_id, created_at);
create index invitation_created_at on invitation (created_at);

create table project (
  id text primary key,
  organisation_id text not null references organisation (id) on delete cascade,
  name text not null,
  created_at timestamptz not null
);
create unique index project_name on project (organisation_id, lower(name));

create table api_key (
  id text primary key,
  project_id text not null references project (id) on delete cascade,
  kind text not null check (kind in ('api', 'playground')),
  name text not null,
  prefix text not null,
  secret_hash text not null unique,
  allowed_models text[],
  requests_per_minute integer,
  tokens_per_minute integer,
  created_at timestamptz not null,
  created_by text references person (id) on delete set null,
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz,
  replaced_by text references api_key (id) on delete set null,
  ended_at timestamptz generated always as (least(revoked_at, expires_at)) stored
);
create index api_key_project on api_key (project_id, created_at);
create index api_key_ended_at on api_key (ended_at);

-- Gateways cache keys, so each change is told at once; the time of last use is none.
create function tell_api_key_changed() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    perform pg_notify('api_key_changed', old.id);
  elsif tg_op = 'INSERT' or (to_jsonb(old) - 'last_used_at') is distinct from (to_jsonb(new) - 'last_used_at') then
    perform pg_notify('api_key_changed', new.id);
  end if;
  return null;
end $$;
create trigger api_key_changed after insert or update or delete on api_key
  for each row execute function tell_api_key_changed();

create table staff_member (
  person_id text primary key references person (id) on delete cascade,
  role text not null check (role in ('operator', 'privacy-officer', 'support')),
  since timestamptz not null
);
