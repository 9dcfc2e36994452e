-- Default trainings of a model that were started together: when the last has ended, the best version
-- becomes champion.
create table default_run (
  tenant_id text not null,
  id uuid not null,
  model_id text not null,
  -- Of the call that started it; empty for none.
  request_id text not null,
  job_id uuid[] not null,
  create_time timestamptz not null default now(),
  -- When the job that chooses was made.
  choice_time timestamptz,
  primary key (tenant_id, id)
);

create unique index default_run_request on default_run (tenant_id, request_id, model_id)
  where request_id <> '';
create index default_run_open on default_run (tenant_id, id) where choice_time is null;
