-- The place of a leaf in the Merkle tree; null until it is integrated.
alter table evidence_leaf add column tree_index bigint unique;
create index evidence_leaf_waiting on evidence_leaf (sequence) where tree_index is null;

-- Tiles of 256 hashes (C2SP tlog-tiles); the last of each level grows.
create table evidence_tile (
  level integer not null,
  index bigint not null,
  hashes bytea not null,
  primary key (level, index)
);

create table evidence_checkpoint (
  size bigint primary key,
  note text not null,
  at timestamptz not null
);
