-- Sums are exact: 1 pico is a millionth of a micro-unit, which is what one token costs at a price of 1 micro-unit per
-- million. Amounts are rounded when they are shown, so that many small calls are not free.
alter table usage_hour rename column cost_micros to cost_picos;
alter table usage_hour alter column cost_picos type numeric(38, 0) using cost_picos::numeric * 1000000;

-- Hours whose calls are all still there become as exact as new ones; what a caller got wrong is no failure any more.
update usage_hour as book
set cost_picos = calls.cost_picos, failed_requests = calls.failed
from (
  select date_trunc('hour', at, 'UTC') as hour, project_id, key_id, model, currency, count(*) as requests,
    count(*) filter (where outcome in ('upstream_failed', 'interrupted')) as failed,
    sum(prompt_tokens::numeric * prompt_micros_per_million + completion_tokens::numeric * completion_micros_per_million) as cost_picos
  from usage_event group by 1, 2, 3, 4, 5
) as calls
where (book.hour, book.project_id, book.key_id, book.model, book.currency) = (calls.hour, calls.project_id, calls.key_id, calls.model, calls.currency)
  and book.requests = calls.requests;
