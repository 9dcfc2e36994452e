-- Who is served next, which workers are alive, what a broker was told, events, and jobs of long ago.

-- The nearest jobs of each tenant: the most urgent, and those that wait longest.
drop index job_queued;
create index job_queued on job (tenant_id, priority desc, run_time, id) where state = 'queued';
create index job_waiting on job (tenant_id, run_time, id) where state = 'queued';
-- When a tenant was last served.
create index job_started on job (tenant_id, start_time);
create index job_ended on job (end_time) where end_time is not null;

-- A worker holds an advisory lock of its number for as long as it is connected, so that its death shows at once.
create table worker (
  id int generated always as identity primary key,
  -- For people, such as `optimization@host`.
  name text not null,
  create_time timestamptz not null default clock_timestamp(),
  -- Since when nobody has held its lock. Null while somebody does.
  missing_since timestamptz
);

-- The worker that has the job. Null when it did not say.
alter table job add column lease_worker int;

-- When the broker was last told that the job waits, and how often since it was queued. A queued job is its own
-- entry in the outbox: it is told again when it is queued again, and when nobody takes it for long.
alter table job add column dispatch_time timestamptz;
alter table job add column dispatch_count int not null default 0;

-- Events that are to be published, written in the transaction of what they tell of.
create table outbox (
  id uuid primary key,
  -- Routing key, such as `prices.updated`.
  type text not null check (length(type) between 1 and 100),
  -- `portfolio.events.v1.Event`.
  payload bytea not null check (octet_length(payload) <= 65536),
  create_time timestamptz not null default clock_timestamp()
);
create index outbox_time on outbox (create_time);

-- Events that a consumer has handled, written in the transaction of what it did: a second copy has no effect.
create table inbox (
  consumer text not null,
  event_id uuid not null,
  receive_time timestamptz not null default clock_timestamp(),
  primary key (consumer, event_id)
);
create index inbox_time on inbox (receive_time);

-- Consumers that read from this database rather than from a broker, and what waits for them.
create table event_consumer (
  name text primary key,
  types text[] not null
);
create table event_delivery (
  consumer text not null,
  event_id uuid not null,
  payload bytea not null,
  create_time timestamptz not null,
  -- Times that handling it failed.
  failure_count int not null default 0,
  -- Earliest time of the next try.
  run_time timestamptz not null default clock_timestamp(),
  primary key (consumer, event_id)
);
create index event_delivery_time on event_delivery (consumer, run_time);

-- Jobs that ended long ago, out of the way of those that wait. A column added to `job` is added here and to the view too.
create table job_archive (like job including defaults);
alter table job_archive add primary key (tenant_id, id);

create view every_job as
  select * from job
  union all
  select * from job_archive;
