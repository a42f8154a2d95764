-- When somebody last did something here, so that an account that is idle for long can be closed.
alter table person add column last_active_at timestamptz, add column idle_warned_at timestamptz,
  -- Their erasure has begun: such an account is not opened again.
  add column leaves boolean not null default false;
update person set last_active_at = now();
alter table person alter column last_active_at set not null;
create index person_last_active_at on person (last_active_at) where closed_at is null;
-- Whoever closed it may open it again for a while; what closed with an account opens with it.
alter table organisation add column closed_by text references person (id) on delete set null;
