-- What a person of the operator does about a request: answer, refuse, extend; and appeals against a refusal.
alter table rights_request drop constraint rights_request_kind_check;
alter table rights_request add constraint rights_request_kind_check
  check (kind in ('access', 'export', 'rectification', 'erasure', 'restriction', 'objection', 'appeal'));
alter table rights_request drop constraint rights_request_state_check;
alter table rights_request add constraint rights_request_state_check
  check (state in ('waiting', 'running', 'held', 'done', 'denied', 'cancelled'));
alter table rights_request
  -- How it was made sure who asks.
  add column verified text,
  add column handled_by text references person (id) on delete set null,
  add column extended_at timestamptz,
  add column denial_ground text,
  add column appeal_of text references rights_request (id) on delete set null,
  add column appealed_at timestamptz,
  -- The words of the one who asked, and of the answer: under the person's key.
  add column sealed_details bytea,
  add column sealed_answer bytea,
  add check ((state = 'denied') <= (denial_ground is not null and sealed_answer is not null or person_id is null)),
  add check ((kind = 'appeal') <= (appeal_of is not null or person_id is null));
create index rights_request_due_at on rights_request (due_at) where state in ('waiting', 'running');
