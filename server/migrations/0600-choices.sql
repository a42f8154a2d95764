-- What a person agreed to and took back: one row for each word of theirs. `superseded_at`: when a later word replaced it.
create table consent_record (
  id text primary key,
  person_id text not null references person (id) on delete cascade,
  purpose text not null,
  state text not null check (state in ('given', 'withdrawn')),
  at timestamptz not null,
  policy text not null,
  policy_version text not null,
  how text not null,
  recorded_by text references person (id) on delete set null,
  superseded_at timestamptz
);
create unique index consent_record_now on consent_record (person_id, purpose) where superseded_at is null;
create index consent_record_person on consent_record (person_id, at);
create index consent_record_superseded on consent_record (superseded_at);

-- What must not be done with a person's data while `ended_at` is null.
create table subject_standing (
  id text primary key,
  person_id text not null references person (id) on delete cascade,
  kind text not null check (kind in ('restriction', 'objection', 'limit')),
  purpose text check ((kind = 'objection') = (purpose is not null)),
  ground text,
  since timestamptz not null,
  placed_by text references person (id) on delete set null,
  ended_at timestamptz,
  ended_by text references person (id) on delete set null
);
create unique index subject_standing_now on subject_standing (person_id, kind, coalesce(purpose, '')) where ended_at is null;
create index subject_standing_person on subject_standing (person_id, since);
create index subject_standing_ended on subject_standing (ended_at);
