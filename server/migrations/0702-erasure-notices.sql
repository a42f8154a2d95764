-- Who of those that received something about an erased person was told to erase it too. Nothing here says whom it was about.
create table erasure_notice (
  request_id text not null references rights_request (id) on delete cascade,
  -- Its id in the policy.
  recipient text not null,
  name text not null,
  state text not null check (state in ('told', 'not-tellable')),
  reason text,
  at timestamptz not null,
  primary key (request_id, recipient)
);
