-- The recipient of the policy that runs a model's server; null: a machine of the operator's own.
alter table model add column recipient text;

-- What left for another party, by UTC day, about nobody: figures of the processor register, and crossings of a border.
create table sending (
  day timestamptz not null,
  ground text not null check (ground in (
    'processor', 'legal-requirement', 'safety', 'business-transfer', 'affiliate', 'adviser', 'customer-direction')),
  -- Its id in the policy; for a ground other than processor, the word for the party that the sender chose.
  recipient text not null,
  name text not null,
  purpose text not null,
  categories text[] not null,
  fields text[] not null,
  -- ISO 3166; from: where this installation was. Null: not stated.
  from_country text,
  to_country text,
  safeguard text,
  -- Hash of the policy that allowed it.
  policy text not null,
  times bigint not null check (times > 0),
  first_at timestamptz not null,
  last_at timestamptz not null,
  unique nulls not distinct (day, ground, recipient, purpose, fields, from_country, to_country, safeguard, policy)
);
create index sending_last_at on sending (last_at);

-- The same, one row a day for each person, organisation or address that it was about.
create table disclosure (
  id text primary key,
  day timestamptz not null,
  ground text not null,
  recipient text not null,
  name text not null,
  purpose text not null,
  categories text[] not null,
  fields text[] not null,
  country text,
  safeguard text,
  times bigint not null check (times > 0),
  first_at timestamptz not null,
  last_at timestamptz not null,
  person_id text,
  organisation_id text,
  -- Keyed hash of the address, of people who had no account then.
  address_index text,
  check (num_nonnulls(person_id, organisation_id, address_index) = 1)
);
create index disclosure_person on disclosure (person_id, last_at) where person_id is not null;
create index disclosure_organisation on disclosure (organisation_id, last_at) where organisation_id is not null;
create index disclosure_address on disclosure (address_index) where address_index is not null;
create index disclosure_last_at on disclosure (last_at);
