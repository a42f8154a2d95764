-- No row may be left in clear, or its data would be lost here.
do $$
begin
  if exists (select 1 from person where email is not null or name is not null)
    or exists (select 1 from sign_up where email is not null or name is not null)
    or exists (select 1 from invitation where email is not null)
    or exists (select 1 from session where ip_address is not null or user_agent is not null)
    or exists (select 1 from security_event where ip_address is not null)
    or exists (select 1 from organisation where name is not null)
    or exists (select 1 from mail_outbox where recipient is not null or text is not null)
    or exists (select 1 from idempotency where response is not null) then
    raise exception 'rows are not sealed yet: start the server with its master key, it seals them first';
  end if;
end $$;

alter table person drop column email, drop column name,
  alter column sealed_email set not null, alter column email_index set not null, alter column sealed_name set not null;
create unique index person_email_index on person (email_index) where closed_at is null;

alter table sign_up drop column email, drop column name,
  alter column sealed_email set not null, alter column email_index set not null, alter column sealed_name set not null;
create index sign_up_email_index on sign_up (email_index, created_at);

alter table invitation drop column email,
  alter column sealed_email set not null, alter column email_index set not null;

alter table session drop column ip_address, drop column user_agent;

alter table security_event drop column ip_address;

alter table organisation drop column name, alter column sealed_name set not null;

alter table mail_outbox drop column recipient, drop column subject, drop column text, drop column links,
  alter column about set not null, alter column sealed_recipient set not null,
  alter column recipient_index set not null, alter column sealed_message set not null;
create index mail_outbox_recipient_index on mail_outbox (recipient_index, created_at);
create index mail_outbox_sealed_about on mail_outbox (about);

alter table idempotency drop column response;
