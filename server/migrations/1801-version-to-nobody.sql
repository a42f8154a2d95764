-- A period that was promised to people is kept when they leave; what was published to nobody takes effect at the next start.
alter table policy_version add column to_nobody boolean not null default false;
