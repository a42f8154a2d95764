-- What an organisation, one of its projects or one of its keys may spend in a calendar month (UTC).
create table budget (
  id text primary key,
  organisation_id text not null references organisation (id) on delete cascade,
  -- Without it the whole organisation.
  project_id text references project (id) on delete cascade,
  -- The newest of the keys that it covers; without it the whole project. No reference: a restore takes keys from a newer
  -- backup than budgets.
  key_id text,
  -- That key and those that it replaced: rotating a key is no way out of its budget.
  key_ids text[],
  currency text not null,
  limit_micros bigint not null check (limit_micros >= 0),
  -- Percent at which people are told.
  thresholds smallint[] not null,
  created_at timestamptz not null,
  changed_by text,
  changed_at timestamptz not null,
  check (key_id is null or project_id is not null),
  check ((key_id is null) = (key_ids is null))
);
create unique index budget_target on budget (coalesce(key_id, project_id, organisation_id));
create index budget_organisation on budget (organisation_id);
create index budget_project on budget (project_id);
create index budget_key on budget (key_id);
create index budget_changed_by on budget (changed_by);

-- What stands in the books for it, added in the transaction that books the calls.
create table budget_month (
  budget_id text not null references budget (id) on delete cascade,
  -- Its first instant.
  month timestamptz not null,
  spent_picos numeric(38, 0) not null default 0,
  refused_at timestamptz,
  primary key (budget_id, month)
);
create index budget_month_month on budget_month (month);

-- What a gateway took from a budget: to spend from memory, and until what it spent is in the books.
create table budget_lease (
  budget_id text not null references budget (id) on delete cascade,
  month timestamptz not null,
  holder text not null,
  amount_picos numeric(38, 0) not null,
  -- The last exchange and what it gave, so that one whose answer was lost is not done twice.
  exchange text not null,
  granted_picos numeric(38, 0) not null,
  expires_at timestamptz not null,
  primary key (budget_id, month, holder),
  foreign key (budget_id, month) references budget_month (budget_id, month) on delete cascade
);
create index budget_lease_holder on budget_lease (holder);

-- What people were told, once each.
create table budget_alert (
  budget_id text not null references budget (id) on delete cascade,
  month timestamptz not null,
  percent smallint not null,
  at timestamptz not null,
  primary key (budget_id, month, percent),
  foreign key (budget_id, month) references budget_month (budget_id, month) on delete cascade
);

create function follow_rotated_key() returns trigger language plpgsql as $$
begin
  update budget set key_id = new.replaced_by, key_ids = key_ids || new.replaced_by where key_id = new.id;
  return null;
end $$;
create trigger api_key_rotated after update of replaced_by on api_key
  for each row when (new.replaced_by is not null and old.replaced_by is null) execute function follow_rotated_key();

-- Gateways keep budgets in memory, so each change is told at once.
create function tell_budget_changed() returns trigger language plpgsql as $$
begin
  perform pg_notify('budget_changed', case when tg_op = 'DELETE' then old.id else new.id end);
  return null;
end $$;
create trigger budget_changed after insert or update or delete on budget
  for each row execute function tell_budget_changed();
