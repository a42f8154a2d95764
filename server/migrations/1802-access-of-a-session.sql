-- An access is of the session that took it; null: of the machine's own token.
alter table staff_access_grant add column session_id text;
