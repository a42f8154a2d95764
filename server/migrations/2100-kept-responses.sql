-- A stored response is a kept call of its own kind.
alter table kept_call drop constraint kept_call_operation_check;
alter table kept_call add constraint kept_call_operation_check
  check (operation in ('chat.completions', 'completions', 'embeddings', 'responses'));
