-- Where the member of staff was who opened something; null: at no place that the policy asks for.
alter table staff_access_grant add column country text check (country ~ '^[A-Z]{2}$');

-- Staff who look from another country are a transfer, though nothing is sent to another party.
alter table sending drop constraint sending_ground_check;
alter table sending add constraint sending_ground_check check (ground in (
  'processor', 'legal-requirement', 'safety', 'business-transfer', 'affiliate', 'adviser', 'customer-direction', 'staff'));
