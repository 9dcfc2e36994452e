import type { FigureGauge } from "@portfolio/platform/postgres/figure-gauges";

/** The versions that are champions now. */
export const CHAMPIONS = `(
  select distinct on (tenant_id, model_id) tenant_id, model_id, version as number
  from training.alias_change where alias = 'champion'
  order by tenant_id, model_id, sequence desc)`;

/** What is shown of experiments, drift and schedules. */
export const MODEL_GAUGES: readonly FigureGauge[] = [
  {
    name: "portfolio_training_experiments",
    help: "Experiments by state.",
    labelNames: ["state"],
    statement: "select state, count(*) as value from training.experiment group by state",
  },
  {
    name: "portfolio_training_canary_share",
    help: "Share of the keys that a challenger forecasts for in place of the champion.",
    labelNames: ["model"],
    statement: `
      select model_id as model, max(canary_share) as value
      from training.experiment where state = 'running' group by model_id`,
  },
  {
    name: "portfolio_training_trials",
    help: "Trials of studies by state.",
    labelNames: ["state"],
    statement: "select state, count(*) as value from training.trial group by state",
  },
  {
    name: "portfolio_training_drift_alarms",
    help: "Alarms of losses by what followed on them.",
    labelNames: ["action"],
    statement: `
      select coalesce(action, 'open') as action, count(*) as value
      from training.drift_alarm group by 1`,
  },
  {
    name: "portfolio_training_drift_evidence_ratio",
    help: "Evidence that losses of a version rose, on the last day seen; 1 alarms.",
    labelNames: ["model", "version"],
    statement: `
      select model_id as model, number::text as version,
        (findings #>> '{loss,statistics,-1}')::double precision
          / (findings #>> '{loss,threshold}')::double precision as value
      from training.drift_report where findings #>> '{loss,statistics,-1}' is not null`,
  },
  {
    name: "portfolio_training_champion_contribution",
    help: "Mean contribution, without its sign, of the ten features that contribute most to the forecasts of a champion, as of the last look.",
    labelNames: ["model", "version", "feature"],
    statement: `
      select model_id as model, number::text as version, feature ->> 'name' as feature,
        (feature ->> 'mean')::double precision as value
      from training.drift_report
      join ${CHAMPIONS} as champion using (tenant_id, model_id, number)
      cross join jsonb_array_elements(coalesce(findings -> 'contributions', '[]')) as feature`,
  },
  {
    name: "portfolio_training_schedule_lag_seconds",
    help: "Time since the first schedule was due that is not done yet.",
    labelNames: [],
    statement: `
      select greatest(0, extract(epoch from now() - min(next_time)))::double precision as value
      from training.schedule having min(next_time) is not null`,
  },
  {
    name: "portfolio_training_schedule_problems",
    help: "Schedules whose work could not be started the last time.",
    labelNames: ["work"],
    statement: `
      select work, count(*) as value from training.schedule
      where last_problem <> '' group by work`,
  },
];
