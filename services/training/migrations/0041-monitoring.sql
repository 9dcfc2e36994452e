-- How models are watched, what was seen, and work that is due again and again. Sharded by tenant where
-- there are several machines, so every unique key holds tenant_id.
create table monitoring_policy (
  tenant_id text not null,
  model_id text not null,
  run_length_days integer not null,
  retrain boolean not null,
  cooldown_days integer not null,
  retrainings_per_quarter integer not null,
  fall_back_to_baseline boolean not null,
  false_share double precision not null,
  primary key (tenant_id, model_id),
  foreign key (tenant_id, model_id) references model (tenant_id, id)
);

-- What was seen of a version when it was looked at last.
create table drift_report (
  tenant_id text not null,
  model_id text not null,
  number integer not null,
  -- `DriftFindings` of the code.
  findings jsonb not null,
  create_time timestamptz not null default now(),
  primary key (tenant_id, model_id, number),
  foreign key (tenant_id, model_id, number) references version (tenant_id, model_id, number)
);

-- Alarms of the losses: the same day alarms once.
create table drift_alarm (
  tenant_id text not null,
  model_id text not null,
  number integer not null,
  alarm_date date not null,
  statistic double precision not null,
  threshold double precision not null,
  -- none, cooling-down, retraining or challenging; missing until it was decided.
  action text,
  -- Of the training that it started.
  job_id uuid,
  create_time timestamptz not null default now(),
  primary key (tenant_id, model_id, number, alarm_date),
  foreign key (tenant_id, model_id, number) references version (tenant_id, model_id, number)
);

create index drift_alarm_by_model on drift_alarm (tenant_id, model_id, create_time desc);

create table schedule (
  tenant_id text not null,
  -- UUID of version 7: later schedules have greater identifiers.
  id uuid not null,
  model_id text not null,
  -- training, forecasting or monitoring.
  work text not null,
  cron text not null,
  time_zone text not null,
  -- Missing when it is off.
  next_time timestamptz,
  last_time timestamptz,
  last_job_id uuid,
  -- Empty when nothing went wrong.
  last_problem text not null default '',
  primary key (tenant_id, id),
  foreign key (tenant_id, model_id) references model (tenant_id, id)
);

create index schedule_due on schedule (next_time) where next_time is not null;
