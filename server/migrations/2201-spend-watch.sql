-- A key or a project that suddenly spends far more than is usual for it raises an alert, and may be slowed down.
alter table security_alert drop constraint security_alert_kind_check;
alter table security_alert add constraint security_alert_kind_check check (
  kind in ('sign-in-guessing', 'key-guessing', 'privilege-probing', 'key-stuffing', 'id-walking', 'request-flood', 'sudden-spend')
);
alter table security_alert drop constraint security_alert_source_check;
alter table security_alert add constraint security_alert_source_check check (source in ('address', 'account', 'person', 'key', 'project'));
-- The key or the project.
alter table security_alert add column about_id text;

alter table address_block drop constraint address_block_kind_check;
alter table address_block add constraint address_block_kind_check check (
  kind in ('key-stuffing', 'id-walking', 'request-flood', 'sudden-spend')
);
alter table address_block add column about_id text;
-- The inputs: what was spent in the hour, what is usual in one.
alter table address_block add column spent_micros bigint;
alter table address_block add column usual_micros bigint;
alter table address_block add column currency text;
-- The outcome: what it may still call.
alter table address_block add column requests_per_minute integer;
alter table address_block add constraint address_block_inputs check (
  (kind = 'sudden-spend') = (about_id is not null and spent_micros is not null and usual_micros is not null and currency is not null and requests_per_minute is not null)
);
-- A person looked at it and found it right.
alter table address_block add column confirmed_at timestamptz;
alter table address_block add column confirmed_by text references person (id) on delete set null;
create index address_block_confirmed_by on address_block (confirmed_by) where confirmed_by is not null;
create index address_block_source on address_block (source_hash, started_at);
