-- One row a request to the control plane, where the policy lists the fields of such records.
create table access_log (
  id text not null,
  at timestamptz not null,
  endpoint text not null,
  person_id text,
  sealed_ip_address bytea,
  sealed_user_agent bytea,
  primary key (id, at)
) partition by range (at);
create index access_log_person on access_log (person_id) where person_id is not null;
