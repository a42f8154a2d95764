-- Requests of authorities. The constraints repeat what the disclosure gate decides, so that no code can hand out before
-- a second person approved, or before the customer was told or the ground for silence recorded.
create table authority_request (
  id text primary key,
  state text not null check (state in ('received', 'prepared', 'approved', 'refused', 'handed-out', 'closed')),
  subject_kind text not null check (subject_kind in ('person', 'organisation')),
  subject_id text not null,
  asked text[] not null check (cardinality(asked) > 0),
  proposed text[] check (proposed <@ asked),
  approved text[] check (approved <@ proposed),
  received_at timestamptz not null,
  due_at timestamptz,
  recorded_by text references person (id) on delete set null,
  recorded_at timestamptz not null,
  prepared_by text references person (id) on delete set null,
  prepared_at timestamptz,
  reviewed_by text references person (id) on delete set null,
  reviewed_at timestamptz,
  decision text check (decision in ('approved', 'narrowed', 'refused')),
  told_at timestamptz,
  silence_ground text
    check (silence_ground in ('forbidden-by-law', 'danger-to-life', 'danger-to-investigation', 'unreachable')),
  silence_review_at timestamptz,
  handed_out_at timestamptz,
  handed_out_by text references person (id) on delete set null,
  package_sha256 text check (package_sha256 ~ '^[0-9a-f]{64}$'),
  closed_at timestamptz,
  -- Authority, legal basis, reference, notes and reasons, and the salt of the package's commitment; sealed for the row.
  sealed_details bytea not null,
  constraint a_second_person check (reviewed_by is null or prepared_by is null or reviewed_by <> prepared_by),
  constraint reviewed_before_out check (
    handed_out_at is null or (reviewed_at is not null and decision in ('approved', 'narrowed') and approved is not null)
  ),
  constraint told_or_silent check (
    (handed_out_at is null and closed_at is null)
    or told_at is not null
    or (silence_ground is not null and silence_review_at is not null)
  ),
  check ((silence_ground is null) = (silence_review_at is null))
);
create index authority_request_recorded_at on authority_request (recorded_at, id);
create index authority_request_closed_at on authority_request (closed_at);
create index authority_request_subject on authority_request (subject_id);
