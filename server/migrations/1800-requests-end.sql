-- An erasure closes what its person had asked for besides; a granted appeal leaves a trace on what it reopened.
alter table rights_request
  add column closed_because text check (closed_because in ('person-erased')),
  add column appeal_granted_at timestamptz,
  -- Why it was refused before an appeal was granted: under the person's key.
  add column sealed_refusal bytea,
  add check ((closed_because is not null) <= (state = 'cancelled'));
-- Nobody could close these any more, and they would have counted as late.
update rights_request set state = 'cancelled', finished_at = now(), closed_because = 'person-erased'
  where person_id is null and kind <> 'erasure' and state in ('waiting', 'running');
