-- As in 1200: looked up when a person is erased.
create index consent_record_recorded_by on consent_record (recorded_by) where recorded_by is not null;
create index subject_standing_placed_by on subject_standing (placed_by) where placed_by is not null;
create index subject_standing_ended_by on subject_standing (ended_by) where ended_by is not null;
create index attestation_stated_by on attestation (stated_by) where stated_by is not null;
