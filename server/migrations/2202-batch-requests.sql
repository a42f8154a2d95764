-- How many of the requests were lines of batches, at the price of batches.
alter table usage_hour add column batch_requests bigint not null default 0;
