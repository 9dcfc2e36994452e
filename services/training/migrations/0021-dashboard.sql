-- Panels that people have arranged.
create table dashboard (
  tenant_id text not null,
  -- UUID of version 7: later dashboards have greater identifiers.
  id uuid not null,
  title text not null,
  -- portfolio.training.v1.Dashboard, encoded: its panels alone.
  panels bytea not null,
  -- Grows by 1 with each change, from 1.
  revision integer not null,
  create_time timestamptz not null default now(),
  update_time timestamptz not null default now(),
  primary key (tenant_id, id)
);
