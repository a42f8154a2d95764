-- A decision about one person carries a commitment to whom: a hash with a salt that only their receipt has.
alter table evidence_leaf add column commitment text check (commitment ~ '^[0-9a-f]{64}$');

-- What people ask for by right, until it is done and for the time that the policy keeps it.
create table rights_request (
  id text primary key,
  kind text not null check (kind in ('access', 'export', 'rectification', 'erasure', 'restriction', 'objection')),
  state text not null check (state in ('waiting', 'running', 'held', 'done', 'cancelled')),
  -- Null once the person is erased.
  person_id text,
  asked_at timestamptz not null,
  -- By when the policy promises it.
  due_at timestamptz not null,
  starts_at timestamptz not null,
  begun_at timestamptz,
  finished_at timestamptz,
  -- What erasing them needs to know when their own row is gone; null before and after.
  subject jsonb,
  receipt_token_hash text unique,
  commitment text,
  removed bigint not null default 0,
  emptied bigint not null default 0,
  evidence_sequence bigint
);
create index rights_request_asked_at on rights_request (asked_at, id);
create index rights_request_person on rights_request (person_id, asked_at);
create unique index rights_request_one_erasure on rights_request (person_id)
  where kind = 'erasure' and state in ('waiting', 'running', 'held');

-- Written before anything is destroyed: what a restored backup must erase again. Keyed hashes of ids, nothing else.
create table erasure_ledger (
  id text primary key,
  at timestamptz not null,
  subject_kind text not null check (subject_kind in ('person', 'organisation')),
  subject_hash text not null
);
create index erasure_ledger_hash on erasure_ledger (subject_hash);
create index erasure_ledger_at on erasure_ledger (at);
