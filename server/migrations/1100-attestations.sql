-- Statements by people in a role that the policy names. The words are the policy's; who stated it, and the salt of the
-- commitment in the evidence log, go with the person.
create table attestation (
  id text primary key,
  name text not null,
  role text not null,
  statement text not null,
  stated_by text references person (id) on delete set null,
  stated_at timestamptz not null,
  valid_until timestamptz not null check (valid_until > stated_at),
  revoked_at timestamptz check (revoked_at >= stated_at),
  -- Salt and note, sealed for who stated it.
  sealed_details bytea,
  evidence_sequence bigint not null,
  reminded_at timestamptz,
  ended_at timestamptz generated always as (least(valid_until, revoked_at)) stored
);
create index attestation_name on attestation (name, stated_at, id);
create index attestation_ended_at on attestation (ended_at);

-- Who answers for a role that only attestations know, such as security.
create table responsibility (
  role text not null,
  person_id text not null references person (id) on delete cascade,
  since timestamptz not null,
  primary key (role, person_id)
);
create index responsibility_person on responsibility (person_id);
