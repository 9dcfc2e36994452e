-- Portfolios that somebody wants to see again. Sharded by tenant where there are several machines,
-- so every unique key holds tenant_id.
create table portfolio (
  tenant_id text not null,
  -- UUID of version 7: later portfolios have greater identifiers.
  id uuid not null,
  name text not null,
  -- Position k is symbol[k] and weight[k], a fraction.
  symbol text[] not null,
  weight double precision[] not null,
  -- portfolio.optimization.v1.OptimizePortfolioRequest, encoded.
  optimization_request bytea,
  -- portfolio.optimization.v1.Provenance, encoded.
  provenance bytea,
  -- 0 when not said.
  cash_amount double precision not null,
  create_time timestamptz not null,
  -- Chosen by the caller, so that a repeated call saves once.
  request_id text,
  -- SHA-256 of what was saved under the request_id.
  request_digest bytea,
  primary key (tenant_id, id),
  check (cardinality(symbol) = cardinality(weight)),
  check ((request_id is null) = (request_digest is null))
);

create unique index portfolio_request_id on portfolio (tenant_id, request_id)
  where request_id is not null;
