-- Whom a message names besides the one it goes to: our copy of it goes when they are erased.
alter table mail_outbox add column about_person_id text;
create index mail_outbox_about on mail_outbox (about_person_id) where about_person_id is not null;
