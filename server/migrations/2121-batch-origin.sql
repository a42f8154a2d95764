-- Whence a batch was begun, where the policy has records of calls say so: its lines are calls.
create table batch_origin (
  id text primary key references batch (id) on delete cascade,
  organisation_id text not null,
  sealed_origin bytea not null
);
create index batch_origin_organisation on batch_origin (organisation_id);
