-- Datasets and their prices, under revisions that never change once committed.
--
-- Distribution, should one server not be enough: bar_1d, bar_revision, bar_chunk and
-- instrument_revision by instrument_id; panel by dataset_id; dataset, dataset_revision and
-- instrument are reference tables. Every unique key of the former holds its distribution column.

create table dataset (
  id text primary key,
  title text not null,
  source text not null,
  license text not null,
  read_only boolean not null,
  -- Newest revision, counted from 1.
  revision int not null
);

create table dataset_revision (
  dataset_id text not null references dataset,
  revision int not null,
  instrument_count int not null,
  first_day date not null,
  last_day date not null,
  -- SHA-256 of the file whose import made the revision.
  source_hash bytea not null,
  create_time timestamptz not null default now(),
  primary key (dataset_id, revision)
);

create table instrument (
  id int generated always as identity primary key,
  dataset_id text not null references dataset,
  -- Position within the dataset, from 0, in order of creation.
  ordinal int not null,
  symbol text not null,
  name text not null,
  -- InstrumentKind of the contract: 0 unknown, 1 stock, 2 ETF, 3 index.
  kind smallint not null,
  -- ISO 4217.
  currency text not null,
  unique (dataset_id, symbol),
  unique (dataset_id, ordinal)
);

-- What an instrument's history looks like as of each revision that changed it.
create table instrument_revision (
  instrument_id int not null,
  revision int not null,
  first_day date not null,
  last_day date not null,
  price_count int not null,
  last_close float8 not null,
  primary key (instrument_id, revision)
);

-- Bars as of the newest revision. One partition per year, attached when its first bar arrives.
create table bar_1d (
  instrument_id int not null,
  d date not null,
  open float8,
  high float8,
  low float8,
  close float8 not null,
  volume float8,
  -- Revision that stored the values.
  revision int not null,
  primary key (instrument_id, d)
) partition by range (d);

-- Values that a later revision replaced, by that later revision.
create table bar_revision (
  instrument_id int not null,
  d date not null,
  revision int not null,
  open float8,
  high float8,
  low float8,
  close float8 not null,
  volume float8,
  primary key (instrument_id, d, revision)
);

-- One year of one field of one instrument as of a revision. A read at revision r takes the newest
-- chunk up to r, so that it gives the same bits whatever is imported later.
create table bar_chunk (
  instrument_id int not null,
  -- 1 close, 2 open, 3 high, 4 low, 5 volume.
  field smallint not null,
  year smallint not null,
  revision int not null,
  -- Days of the year from 0, ascending: unsigned 16-bit integers, little-endian.
  days bytea not null,
  -- One value per day: doubles, little-endian.
  vals bytea not null,
  -- SHA-256 of days and then vals.
  content_hash bytea not null,
  primary key (instrument_id, field, year, revision)
);
alter table bar_chunk alter column vals set storage external;

-- Files that hold the closes of up to 64 instruments, as of a revision that changed one of them.
create table panel (
  dataset_id text not null,
  -- Instruments 64 * block to 64 * block + 63, by ordinal.
  block int not null,
  revision int not null,
  -- SHA-256 of the file, which is also its name.
  content_hash bytea not null,
  primary key (dataset_id, block, revision)
);
