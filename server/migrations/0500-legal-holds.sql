-- Rows that must stay, whatever retention and erasure say. `ended_at`: when it ends or was released.
create table legal_hold (
  id text primary key,
  scope text not null check (scope in ('person', 'organisation', 'everyone')),
  subject_id text check ((scope = 'everyone') = (subject_id is null)),
  -- The person's addresses when it was placed: their mail is held by them.
  addresses text[] not null,
  -- Null: every category.
  categories text[],
  ground text not null,
  reference text,
  placed_by text references person (id) on delete set null,
  placed_at timestamptz not null,
  begins_at timestamptz not null,
  ended_at timestamptz,
  released_by text references person (id) on delete set null
);
create index legal_hold_placed_at on legal_hold (placed_at, id);
create index legal_hold_ended_at on legal_hold (ended_at);
