-- Messages of people, who may have no account, to the contacts that the policy publishes.
create table contact_message (
  id text primary key,
  contact text not null,
  received_at timestamptz not null,
  due_at timestamptz not null,
  last_at timestamptz not null,
  ended_at timestamptz,
  closed_because text check (closed_because in ('spam', 'answered-elsewhere')),
  ended_by text,
  address_index text not null,
  sealed_message bytea not null,
  sealed_answer bytea,
  constraint ended_for_a_reason check (
    (ended_at is null) = (closed_because is null and sealed_answer is null)
    and (closed_because is null or sealed_answer is null)
  )
);
create index contact_message_received on contact_message (received_at desc, id desc);
create index contact_message_open on contact_message (due_at) where ended_at is null;
create index contact_message_address on contact_message (address_index);
create index contact_message_ended_by on contact_message (ended_by) where ended_by is not null;
create index contact_message_last on contact_message (last_at);
