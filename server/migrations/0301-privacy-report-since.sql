-- A report whose states did not change replaces the one before it, so that an hourly check does not fill the table:
-- the rows tell the changes, each with the time of its first and of its last check.
alter table policy_report add column since timestamptz;
update policy_report set since = checked_at;
alter table policy_report alter column since set not null;
