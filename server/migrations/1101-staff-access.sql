-- Staff see what is about a person under a grant only: for a reason, for a limited time, and the person can see it.
create table staff_access_grant (
  id text primary key,
  scope text not null check (scope in ('mail')),
  -- Under whose key the reason is sealed: the person, or the sign-up or invitation of an address without an account.
  about text not null,
  subject_id text,
  -- Keyed hash of the address.
  subject_index text not null,
  staff_id text references person (id) on delete set null,
  staff_role text not null,
  emergency boolean not null,
  granted_at timestamptz not null,
  expires_at timestamptz not null check (expires_at > granted_at and expires_at <= granted_at + interval '8 hours'),
  ended_at timestamptz,
  sealed_details bytea not null,
  commitment text not null check (commitment ~ '^[0-9a-f]{64}$')
);
create index staff_access_grant_granted_at on staff_access_grant (granted_at, id);
create index staff_access_grant_subject on staff_access_grant (subject_index, granted_at);
create index staff_access_grant_subject_id on staff_access_grant (subject_id) where subject_id is not null;
create index staff_access_grant_staff on staff_access_grant (staff_id, expires_at);

-- What was looked at under a grant.
create table staff_access_read (
  grant_id text not null references staff_access_grant (id) on delete cascade,
  what text not null,
  object text not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  times integer not null check (times > 0),
  primary key (grant_id, what, object)
);
