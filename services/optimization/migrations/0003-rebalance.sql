-- Changes of the positions of saved portfolios. Rows are only added, and go with their portfolio.
create table rebalance (
  tenant_id text not null,
  -- UUID of version 7: later rebalances have greater identifiers.
  id uuid not null,
  portfolio_id uuid not null,
  -- Position k was symbol_before[k] and weight_before[k], a fraction.
  symbol_before text[] not null,
  weight_before double precision[] not null,
  symbol_after text[] not null,
  weight_after double precision[] not null,
  turnover double precision not null,
  order_count integer not null,
  -- May be empty.
  reason text not null,
  create_time timestamptz not null,
  -- Chosen by the caller, so that a repeated call rebalances once.
  request_id text,
  -- SHA-256 of what was asked for under the request_id.
  request_digest bytea,
  primary key (tenant_id, id),
  foreign key (tenant_id, portfolio_id) references portfolio (tenant_id, id) on delete cascade,
  check (cardinality(symbol_before) = cardinality(weight_before)),
  check (cardinality(symbol_after) = cardinality(weight_after)),
  check ((request_id is null) = (request_digest is null))
);

create index rebalance_of_portfolio on rebalance (tenant_id, portfolio_id, id desc);

create unique index rebalance_request_id on rebalance (tenant_id, request_id)
  where request_id is not null;
