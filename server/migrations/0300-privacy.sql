create table policy_report (
  id text primary key,
  policy_name text not null,
  policy_version text not null,
  policy_hash text not null,
  checked_at timestamptz not null,
  duration_ms integer not null,
  broken integer not null,
  report jsonb not null
);
create index policy_report_newest on policy_report (policy_hash, checked_at desc);
create index policy_report_checked_at on policy_report (checked_at);
