-- Who wants news, or has not said no where the policy asks for that, and when they last cared.
create table marketing_contact (
  person_id text primary key references person (id) on delete cascade,
  since timestamptz not null,
  last_activity_at timestamptz not null
);
create index marketing_contact_last_activity on marketing_contact (last_activity_at);
create index marketing_contact_since on marketing_contact (since);

-- A message that the gate let in and, before it left, did not let out.
alter table mail_outbox drop constraint mail_outbox_state_check;
alter table mail_outbox add constraint mail_outbox_state_check
  check (state in ('held', 'queued', 'sent', 'failed', 'refused'));

-- By which rows are found that refer to another which goes.
create index notice_created_by on notice (created_by);
create index policy_version_notice on policy_version (notice_id);
create index policy_acceptance_version on policy_acceptance (version_id);
