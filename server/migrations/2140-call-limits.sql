-- Calls that a key may have under way at once.
alter table api_key add column concurrent_requests integer check (concurrent_requests > 0);

-- What an organisation or one of its projects may call in a minute, and at once. Without a row, anything.
create table call_limit (
  covered_id text primary key check (covered_id = coalesce(project_id, organisation_id)),
  organisation_id text not null references organisation (id) on delete cascade,
  project_id text references project (id) on delete cascade,
  requests_per_minute integer check (requests_per_minute > 0),
  tokens_per_minute integer check (tokens_per_minute > 0),
  concurrent_requests integer check (concurrent_requests > 0),
  changed_by text,
  changed_at timestamptz not null
);
create index call_limit_organisation on call_limit (organisation_id);
create index call_limit_project on call_limit (project_id);
create index call_limit_changed_by on call_limit (changed_by);

-- Gateways keep it in memory, so that each change is told at once, as those of plans are.
create trigger call_limit_changed after insert or update or delete on call_limit
  for each row execute function tell_organisation_limits_changed();
