-- What an organisation paid beforehand is a budget without months: its limit is all that was ever put in.
alter table budget add column kind text not null default 'month' check (kind in ('month', 'prepaid'));
-- What was spent when the balance was last topped up: thresholds count from there.
alter table budget add column base_picos numeric(38, 0) not null default 0;
-- How much of what was spent stands in the ledger.
alter table budget add column posted_micros bigint not null default 0;
alter table budget add constraint budget_prepaid_is_whole check (kind = 'month' or project_id is null);
drop index budget_target;
create unique index budget_target on budget (coalesce(key_id, project_id, organisation_id), kind);

-- Double entry: each row moves one amount from one account of an organisation to another, so they always balance.
create table ledger_entry (
  id text primary key,
  -- No reference: the books stay when an organisation goes.
  organisation_id text not null,
  at timestamptz not null,
  kind text not null check (kind in ('payment', 'credit', 'usage', 'ended')),
  debit text not null check (debit in ('payments', 'credits', 'prepaid', 'usage', 'closed')),
  credit text not null check (credit in ('payments', 'credits', 'prepaid', 'usage', 'closed')),
  amount_micros bigint not null check (amount_micros > 0),
  currency text not null,
  -- Of the prepaid account, after this.
  balance_micros bigint not null,
  invoice_number text,
  entered_by text,
  check (debit <> credit)
);
create index ledger_entry_organisation on ledger_entry (organisation_id, at, id);
create index ledger_entry_at on ledger_entry (at);
create index ledger_entry_entered_by on ledger_entry (entered_by);

-- What was written in the books is not rewritten; only who wrote it may be forgotten.
create function keep_ledger_entry() returns trigger language plpgsql as $$
begin
  raise exception 'an entry of the ledger is not changed: write another one';
end $$;
create trigger ledger_entry_kept before update of id, organisation_id, at, kind, debit, credit, amount_micros, currency, balance_micros, invoice_number
  on ledger_entry for each row execute function keep_ledger_entry();
