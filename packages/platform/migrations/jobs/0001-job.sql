-- Work that outlives the call that asked for it. This table is the truth about every job; whatever
-- else tells of jobs, such as a notification or a message of a broker, is a hint to look here.
create table job (
  tenant_id text not null,
  -- UUID of version 7: later jobs sort after earlier ones.
  id uuid not null,
  kind text not null check (length(kind) between 1 and 64),
  title text not null check (length(title) <= 200),
  owner_reference text not null check (length(owner_reference) <= 200),
  -- References to data rather than data.
  payload bytea not null check (octet_length(payload) <= 262144),
  -- Marks repetitions of one call; the digest tells them from a different call.
  idempotency_key text,
  payload_digest bytea not null,
  -- 1 background, 5 normal, 9 interactive.
  priority smallint not null,
  state text not null
    check (state in ('queued', 'running', 'succeeded', 'failed', 'cancelled', 'quarantined')),
  -- Earliest start of the next attempt.
  run_time timestamptz not null,
  -- Times that a worker has claimed it.
  attempt int not null default 0,
  -- Attempts that failed and may do better later, since the job was queued by a person.
  failure_count int not null default 0,
  -- Attempts whose process died, since the last checkpoint.
  crash_count int not null default 0,
  -- A worker may write to the job only under the fence of its claim, and each claim has a higher one.
  fence bigint not null default 0,
  lease_owner text not null default '',
  lease_until timestamptz,
  cancel_requested boolean not null default false,
  progress_step bigint not null default 0,
  -- 0 when not known.
  progress_step_count bigint not null default 0,
  progress_message text not null default '',
  progress_time timestamptz,
  -- The first progress of the attempt, from which its pace is told.
  progress_first_step bigint not null default 0,
  progress_first_time timestamptz,
  -- Empty when nothing went wrong.
  error_reason text not null default '',
  error_description text not null default '',
  result_reference text not null default '',
  create_time timestamptz not null default clock_timestamp(),
  start_time timestamptz,
  end_time timestamptz,
  -- Counts the changes that callers can see.
  revision bigint not null default 1,
  -- Transaction of the latest such change. Unlike a sequence, which is handed out in another order
  -- than transactions commit, it tells a reader from where on it may have missed something: the
  -- oldest transaction that was under way when it last looked.
  change_transaction bigint not null default pg_current_xact_id()::text::bigint,
  primary key (tenant_id, id),
  check ((state = 'running') = (lease_until is not null))
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.01);

create unique index job_idempotency on job (tenant_id, kind, idempotency_key)
  where idempotency_key is not null;
create index job_queued on job (priority desc, run_time, id) where state = 'queued';
create index job_leased on job (lease_until) where state = 'running';
create index job_change on job (change_transaction);

create sequence job_fence;

-- What an attempt has saved for the next one. Apart from the job, whose row changes often.
create table job_checkpoint (
  tenant_id text not null,
  job_id uuid not null,
  data bytea not null check (octet_length(data) <= 16777216),
  save_time timestamptz not null default clock_timestamp(),
  primary key (tenant_id, job_id),
  foreign key (tenant_id, job_id) references job (tenant_id, id) on delete cascade
);
