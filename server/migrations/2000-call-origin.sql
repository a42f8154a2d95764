-- Whence a call came, where the policy lists it among the fields of such a record; null under every other policy.
alter table usage_event add column sealed_ip_address bytea, add column sealed_user_agent bytea;
