-- So that erasing a person, or removing a row that others refer to, walks over no whole table.
create index rights_request_handled_by on rights_request (handled_by) where handled_by is not null;
create index rights_request_appeal_of on rights_request (appeal_of) where appeal_of is not null;
create index organisation_closed_by on organisation (closed_by) where closed_by is not null;
