-- Sealed names of projects and API keys beside the plain ones. A key says itself whose it is: its name is sealed for them.
alter table project alter column name drop not null,
  add column sealed_name bytea, add column name_index text;

alter table api_key alter column name drop not null,
  add column sealed_name bytea, add column organisation_id text;
update api_key set organisation_id = project.organisation_id from project where project.id = api_key.project_id;
alter table api_key alter column organisation_id set not null;
create index api_key_organisation on api_key (organisation_id);
