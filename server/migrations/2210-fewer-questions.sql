-- What a person said about the use of their data, as it is now: their id, then a text for each word. Rows that are sealed
-- bring it with them, so that it need not be asked for by itself.
create function said_by(person text) returns text[] stable language sql as $$
  select array[person]
    || array(select kind || ' ' || coalesce(purpose, '') from subject_standing where ended_at is null and person_id = person)
    || array(select 'consent ' || purpose || ' ' || state from consent_record where superseded_at is null and person_id = person)
$$;

-- Whether nothing is held by law now. Volatile on purpose: each of its questions sees what was committed before it is put,
-- so a hold that was answered before the lock was got is seen (PostgreSQL manual, "Function Volatility Categories").
create function is_nothing_held(now timestamptz) returns boolean volatile language plpgsql as $$
begin
  -- The lock of those who destroy; see holds.ts.
  perform pg_advisory_xact_lock_shared(4157023);
  return not exists (select from legal_hold where begins_at <= now and (ended_at is null or ended_at > now));
end
$$;

-- A decision that waits has no place in the tree: it needs no line in that index.
alter table evidence_leaf drop constraint evidence_leaf_tree_index_key;
create unique index evidence_leaf_tree_index on evidence_leaf (tree_index) where tree_index is not null;
