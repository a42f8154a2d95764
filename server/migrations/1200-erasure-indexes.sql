-- A column that says whose a row is, and one that refers to another row, is looked up when a person is erased: without
-- an index each row that goes costs a walk over the whole table.
create index api_key_created_by on api_key (created_by);
create index api_key_replaced_by on api_key (replaced_by) where replaced_by is not null;
create index invitation_invited_by on invitation (invited_by);
create index invitation_email_index on invitation (email_index, created_at);
create index idempotency_person on idempotency (person_id);
