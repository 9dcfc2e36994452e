-- Searches for the parameters of a learner.
create table study (
  tenant_id text not null,
  id uuid not null,
  model_id text not null,
  -- portfolio.training.v1.TrainingSpec, encoded, with the revision of the dataset pinned.
  spec bytea not null,
  -- Names, ranges and kinds of what is searched for.
  parameter jsonb not null,
  trial_count_max integer not null,
  parallel_count integer not null,
  seed bigint not null,
  -- Last day that the trials see, and the days that the training's tests begin after.
  trial_end_date text not null,
  trial_days integer not null,
  -- Of the call that started it; empty for none.
  request_id text not null,
  -- Of the training with the best parameters.
  training_job_id uuid,
  is_done boolean not null default false,
  create_time timestamptz not null default now(),
  primary key (tenant_id, id)
);

create unique index study_request on study (tenant_id, request_id) where request_id <> '';
create index study_open on study (tenant_id, id) where not is_done;

-- Parameters that a study has tried.
create table trial (
  tenant_id text not null,
  study_id uuid not null,
  -- From 1 within the study.
  number integer not null,
  value double precision[] not null,
  -- running, complete, pruned or failed.
  state text not null,
  -- 0 for one fold, 1 for all: what its latest job tests.
  rung integer not null,
  -- Of rung 0 and 1; null until known.
  loss double precision[] not null default array[null, null]::double precision[],
  job_id uuid not null,
  primary key (tenant_id, study_id, number),
  foreign key (tenant_id, study_id) references study (tenant_id, id)
);
