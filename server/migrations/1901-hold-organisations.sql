-- A hold on a person keeps what goes with them: the organisations that nobody else owns.
alter table legal_hold add column organisations text[] not null default '{}';
