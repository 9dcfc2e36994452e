-- Experiments: is a challenger better than the champion? Sharded by tenant where there are several
-- machines, so every unique key holds tenant_id.
create table experiment (
  tenant_id text not null,
  -- UUID of version 7: later experiments have greater identifiers.
  id uuid not null,
  model_id text not null,
  champion_version integer not null,
  challenger_version integer not null,
  -- Chance of ever deciding although there is no difference.
  level double precision not null,
  -- Least mean difference per day worth promoting for.
  effect_min double precision not null,
  days_max integer not null,
  -- Share of those who ask that the challenger serves.
  canary_share double precision not null,
  auto_promote boolean not null,
  -- Guard k is guard_metric[k], which may be worse by guard_margin[k].
  guard_metric text[] not null,
  guard_margin double precision[] not null,
  -- Days that were replayed before it.
  replayed_days integer not null,
  -- running, better, futile, worse, expired or stopped.
  state text not null,
  create_time timestamptz not null default now(),
  end_time timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, model_id, champion_version)
    references version (tenant_id, model_id, number),
  foreign key (tenant_id, model_id, challenger_version)
    references version (tenant_id, model_id, number),
  check (cardinality(guard_metric) = cardinality(guard_margin)),
  check ((state = 'running') = (end_time is null))
);

create index experiment_by_model on experiment (tenant_id, model_id, id desc);

-- Two versions are compared once at a time.
create unique index experiment_running on experiment
  (tenant_id, model_id, champion_version, challenger_version) where state = 'running';
