-- Attacks that were seen: so many refused tries from one source within a short time.
create table security_alert (
  id text primary key,
  kind text not null check (kind in ('sign-in-guessing', 'key-guessing', 'privilege-probing')),
  source text not null check (source in ('address', 'account', 'person')),
  source_hash text not null,
  person_id text,
  count integer not null check (count > 0),
  first_at timestamptz not null,
  last_at timestamptz not null,
  raised_at timestamptz not null,
  acknowledged_at timestamptz,
  acknowledged_by text references person (id) on delete set null,
  -- IP address and note, under a key of the alert's own.
  sealed_details bytea
);
create index security_alert_raised_at on security_alert (raised_at, id);
create index security_alert_source on security_alert (source_hash, last_at);
create index security_alert_last_at on security_alert (last_at);
create index security_alert_person on security_alert (person_id) where person_id is not null;
create index security_alert_acknowledged_by on security_alert (acknowledged_by) where acknowledged_by is not null;
