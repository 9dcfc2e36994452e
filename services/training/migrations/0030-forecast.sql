-- Forecasts as they were made day by day, and what came: evidence for experiments and the watch over
-- drift. A row holds all assets of a version on a day.
create table forecast (
  tenant_id text not null,
  model_id text not null,
  number integer not null,
  -- Last day of the prices that it was made from.
  day date not null,
  symbol text[] not null,
  -- forecast[k] is of symbol[k] in the unit of outcomes (of volatilities the mean variance of daily
  -- returns); NaN where there was too little history.
  forecast double precision[] not null,
  -- NaN until the horizon has passed.
  outcome double precision[] not null,
  -- Whether the horizon has passed: outcomes that are NaN then stay so.
  is_settled boolean not null,
  dataset_id text not null,
  dataset_revision integer not null,
  create_time timestamptz not null default now(),
  primary key (tenant_id, model_id, number, day),
  foreign key (tenant_id, model_id, number) references version (tenant_id, model_id, number)
);

-- Whoever remembers which version has which alias hears of every change when it is committed.
create function notify_model_change() returns trigger language plpgsql as $$
begin
  perform pg_notify('training_model', new.model_id);
  return null;
end
$$;

create trigger alias_change_notify after insert on alias_change
  for each row execute function notify_model_change();
create trigger stage_change_notify after insert on stage_change
  for each row execute function notify_model_change();
