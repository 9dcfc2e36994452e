-- Models, their versions, and which version did what when. Sharded by tenant where there are several
-- machines, so every unique key holds tenant_id.
create table model (
  tenant_id text not null,
  -- Such as rank-21d.
  id text not null,
  -- rank, return, volatility or quantile.
  target_kind text not null,
  -- Trading days ahead.
  horizon_days integer not null,
  -- Of a quantile; 0 otherwise.
  probability double precision not null,
  description text not null default '',
  -- Number of the newest version; 0 when there is none.
  latest_version integer not null default 0,
  -- Versions and trials that were ever trained.
  trial_count integer not null default 0,
  create_time timestamptz not null default now(),
  primary key (tenant_id, id)
);

-- What training made, by its hash: two versions with the same bits share one row.
create table artifact (
  tenant_id text not null,
  -- SHA-256 of data.
  hash bytea not null,
  data bytea not null,
  primary key (tenant_id, hash)
);
alter table artifact alter column data set storage external;

-- Nothing of a version ever changes but its stage.
create table version (
  tenant_id text not null,
  model_id text not null,
  -- From 1 within the model.
  number integer not null,
  title text not null,
  -- portfolio.training.v1.TrainingSpec, encoded, with the revision of the dataset pinned.
  spec bytea not null,
  -- SHA-256 of the specification.
  spec_hash bytea not null,
  -- Dataset, revision, hashes and versions of code, by the names of `Lineage` in the code.
  lineage jsonb not null,
  artifact_hash bytea not null,
  artifact_bytes bigint not null,
  -- draft, validated, shadow, canary, production or retired.
  stage text not null,
  -- Metric k is metric_name[k]: its value, its standard error (NaN where none is known) and its fold
  -- (0 for all). Series of many points are in metric_series.
  metric_name text[] not null,
  metric_value double precision[] not null,
  metric_error double precision[] not null,
  metric_fold integer[] not null,
  job_id uuid,
  create_time timestamptz not null default now(),
  primary key (tenant_id, model_id, number),
  foreign key (tenant_id, model_id) references model (tenant_id, id),
  foreign key (tenant_id, artifact_hash) references artifact (tenant_id, hash)
);

create unique index version_job on version (tenant_id, job_id) where job_id is not null;

-- Figures of a version by step or day, such as its learning curve. Apart from the versions, so that
-- listing those stays quick.
create table metric_series (
  tenant_id text not null,
  model_id text not null,
  number integer not null,
  -- Such as training_loss.
  name text not null,
  -- Steps from 1, or days since 1970-01-01.
  point integer[] not null,
  -- `step` or `day`.
  unit text not null,
  value double precision[] not null,
  primary key (tenant_id, model_id, number, name),
  foreign key (tenant_id, model_id, number) references version (tenant_id, model_id, number)
);

-- Forecasts of each version on days that its training had not seen, and what came. The clock of
-- experiments starts with them.
create table replay (
  tenant_id text not null,
  model_id text not null,
  number integer not null,
  symbol text[] not null,
  -- Days since 1970-01-01, ascending.
  day integer[] not null,
  -- One row per day, one column per symbol, float64, the least byte first; NaN where there is none.
  forecast bytea not null,
  outcome bytea not null,
  primary key (tenant_id, model_id, number),
  foreign key (tenant_id, model_id, number) references version (tenant_id, model_id, number)
);

-- Which version did what since when: rows are only ever added, the newest of a name counts.
create table alias_change (
  tenant_id text not null,
  model_id text not null,
  -- Grows with each change of the model.
  sequence integer not null,
  -- champion, challenger, shadow or baseline.
  alias text not null,
  -- 0 takes the alias away.
  version integer not null,
  previous_version integer not null,
  -- Who or what decided, such as `person` or `experiment`.
  actor text not null,
  reason text not null,
  -- What the decision rests on, such as `experiments/0190…`. May be empty.
  evidence text not null,
  create_time timestamptz not null default now(),
  primary key (tenant_id, model_id, sequence),
  foreign key (tenant_id, model_id) references model (tenant_id, id)
);

create index alias_change_newest on alias_change (tenant_id, model_id, alias, sequence desc);

-- Stages that versions have gone through: rows are only ever added.
create table stage_change (
  tenant_id text not null,
  model_id text not null,
  number integer not null,
  sequence integer not null,
  stage text not null,
  previous_stage text not null,
  actor text not null,
  reason text not null,
  create_time timestamptz not null default now(),
  primary key (tenant_id, model_id, number, sequence),
  foreign key (tenant_id, model_id, number) references version (tenant_id, model_id, number)
);

-- Logs are only ever added to.
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% of % is refused: its rows are only ever added', tg_op, tg_table_name;
end
$$;

create trigger alias_change_append_only before update or delete on alias_change
  for each row execute function refuse_change();
create trigger stage_change_append_only before update or delete on stage_change
  for each row execute function refuse_change();
