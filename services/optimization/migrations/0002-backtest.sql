-- Backtests that somebody started. Sharded by tenant where there are several machines, so every
-- unique key holds tenant_id.
create table backtest (
  tenant_id text not null,
  -- UUID of version 7: later backtests have greater identifiers.
  id uuid not null,
  -- May be empty.
  name text not null,
  -- portfolio.optimization.v1.BacktestSpec, encoded, with the revision of the dataset pinned.
  spec bytea not null,
  -- Of jobs.job. Missing between the start of the backtest and that of its job.
  job_id uuid,
  -- portfolio.optimization.v1.BacktestResult, encoded. Missing until the job has succeeded.
  result bytea,
  create_time timestamptz not null,
  -- Chosen by the caller, so that a repeated call starts one backtest.
  request_id text,
  -- SHA-256 of what was asked for under the request_id.
  request_digest bytea,
  primary key (tenant_id, id),
  check ((request_id is null) = (request_digest is null))
);

create unique index backtest_request_id on backtest (tenant_id, request_id)
  where request_id is not null;
