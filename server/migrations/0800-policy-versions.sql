-- Every version of the policy that was ever announced or in force here, with its whole text.
create table policy_version (
  id text primary key,
  policy_name text not null,
  version text not null,
  hash text not null,
  source text not null,
  via text not null check (via in ('file', 'command')),
  state text not null check (state in ('waiting', 'in-force', 'ended', 'withdrawn')),
  change text not null check (change in ('first', 'weaker', 'material', 'stronger', 'editorial')),
  changes jsonb not null,
  published_at timestamptz not null,
  -- The day that the text itself names.
  not_before timestamptz not null,
  -- ISO 8601, from when everyone was told; null: none is promised.
  period text,
  -- Milliseconds that the clock jumped while this waited: they do not count.
  skipped_ms bigint not null default 0,
  notice_id text,
  in_force_at timestamptz,
  ended_at timestamptz,
  -- Why it took effect without its period; null when it did not.
  early text
);
create unique index policy_version_one_in_force on policy_version (state) where state = 'in-force';
create unique index policy_version_one_waiting on policy_version (state) where state = 'waiting';
create index policy_version_ended_at on policy_version (ended_at);

-- Something that is told to every account.
create table notice (
  id text primary key,
  kind text not null check (kind in ('service', 'marketing', 'policy-change', 'transfer')),
  subject text not null,
  body text not null,
  created_by text references person (id) on delete set null,
  created_at timestamptz not null,
  told integer not null default 0,
  refused integer not null default 0,
  -- When every account had been told for the first time.
  finished_at timestamptz
);
create index notice_created_at on notice (created_at, id);
alter table policy_version add foreign key (notice_id) references notice (id) on delete set null;

create table notice_recipient (
  id text primary key,
  notice_id text not null references notice (id) on delete cascade,
  person_id text not null references person (id) on delete cascade,
  outcome text not null check (outcome in ('told', 'refused')),
  told_at timestamptz not null,
  dismissed_at timestamptz,
  -- From when its period counts; null while the notice goes on.
  over_at timestamptz,
  unique (notice_id, person_id)
);
create index notice_recipient_person on notice_recipient (person_id, told_at);
create index notice_recipient_over_at on notice_recipient (over_at);

-- Who went on to use the service under a version.
create table policy_acceptance (
  id text primary key,
  person_id text not null references person (id) on delete cascade,
  version_id text not null references policy_version (id) on delete cascade,
  accepted_at timestamptz not null,
  unique (person_id, version_id)
);
