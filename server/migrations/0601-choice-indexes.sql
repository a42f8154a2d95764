-- Erasing an officer looks for what they wrote down for others.
create index consent_record_recorded_by on consent_record (recorded_by) where recorded_by is not null;
create index subject_standing_placed_by on subject_standing (placed_by);
create index subject_standing_ended_by on subject_standing (ended_by) where ended_by is not null;
