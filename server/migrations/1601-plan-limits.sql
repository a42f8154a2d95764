-- A plan's regions and recipients bind a gateway as pins and acceptances do, so that its changes are told to them too.
create trigger deployment_plan_changed after insert or update or delete on deployment_plan
  for each row execute function tell_organisation_limits_changed();
