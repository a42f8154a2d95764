-- No row may be left in clear, or its name would be lost here.
do $$
begin
  if exists (select 1 from project where name is not null) or exists (select 1 from api_key where name is not null) then
    raise exception 'names are not sealed yet: start the server with its master key, it seals them first';
  end if;
end $$;

alter table project drop column name,
  alter column sealed_name set not null, alter column name_index set not null;
create unique index project_name_index on project (organisation_id, name_index);

alter table api_key drop column name, alter column sealed_name set not null;
