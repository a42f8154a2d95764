-- Sealed columns beside the plain ones. The rows are sealed by the server before the next migration drops the plain ones.
alter table person alter column email drop not null, alter column name drop not null,
  add column sealed_email bytea, add column email_index text, add column sealed_name bytea;

alter table sign_up alter column email drop not null, alter column name drop not null,
  add column sealed_email bytea, add column email_index text, add column sealed_name bytea;

alter table invitation alter column email drop not null,
  add column sealed_email bytea, add column email_index text;

alter table session add column sealed_ip_address bytea, add column sealed_user_agent bytea;

alter table security_event add column sealed_ip_address bytea;

alter table organisation alter column name drop not null, add column sealed_name bytea;

alter table mail_outbox alter column recipient drop not null, alter column subject drop not null,
  alter column text drop not null, alter column links drop not null,
  add column about text, add column sealed_recipient bytea, add column recipient_index text,
  add column sealed_message bytea;

alter table idempotency add column sealed_response bytea;
