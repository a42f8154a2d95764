-- Keys of subjects, wrapped by the key-encryption key, which is never in the database.
create table vault.key_encryption_key (
  id text primary key,
  state text not null check (state in ('current', 'retiring')),
  since timestamptz not null
);
create unique index key_encryption_key_current on vault.key_encryption_key (state) where state = 'current';

create table vault.data_key (
  subject text primary key,
  wrapped bytea not null,
  key_id text not null references vault.key_encryption_key (id),
  created_at timestamptz not null
);
create index data_key_key_id on vault.data_key (key_id);
create index data_key_created_at on vault.data_key (created_at);

-- Subjects whose key was destroyed, under a keyed hash: they are never keyed again.
create table vault.shredded (
  subject_hash text primary key,
  at timestamptz not null
);

-- The key of a subject, or the one given if it has none yet. Outcome: key, shredded, or other-wrapping when the
-- key-encryption key that wrapped the given one is not the current one. The lock keeps making and destroying apart.
create function vault.keep_data_key(for_subject text, hash text, new_wrapped bytea, new_key_id text, now timestamptz)
returns table (outcome text, wrapped bytea, key_id text) language plpgsql as $$
begin
  perform pg_advisory_xact_lock(hashtextextended(for_subject, 400));
  if exists (select 1 from vault.shredded s where s.subject_hash = hash) then
    return query select 'shredded', null::bytea, null::text;
    return;
  end if;
  -- Shared with other makers, exclusive with the beginning of a rotation.
  perform 1 from vault.key_encryption_key k where k.id = new_key_id and k.state = 'current' for share;
  if found then
    insert into vault.data_key (subject, wrapped, key_id, created_at)
      values (for_subject, new_wrapped, new_key_id, now) on conflict do nothing;
  end if;
  return query select 'key', d.wrapped, d.key_id from vault.data_key d where d.subject = for_subject;
  if not found then
    return query select 'other-wrapping', null::bytea, null::text;
  end if;
end $$;

-- Destroys a subject's key. True if there was one.
create function vault.shred_data_key(for_subject text, hash text, now timestamptz)
returns boolean language plpgsql as $$
declare
  had boolean;
begin
  perform pg_advisory_xact_lock(hashtextextended(for_subject, 400));
  insert into vault.shredded (subject_hash, at) values (hash, now) on conflict do nothing;
  delete from vault.data_key where subject = for_subject;
  had := found;
  perform pg_notify('vault_shredded', for_subject);
  return had;
end $$;
