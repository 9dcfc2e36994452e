import type { FigureGauge } from "@portfolio/platform/postgres/figure-gauges";
import { CHAMPIONS } from "./model-metrics.ts";

/** What is shown of models and their versions. */
export const REGISTRY_GAUGES: readonly FigureGauge[] = [
  {
    name: "portfolio_model_versions",
    help: "Versions by model and stage.",
    labelNames: ["model", "stage"],
    statement: `
      select model_id as model, stage, count(*) as value
      from training.version group by model_id, stage`,
  },
  {
    name: "portfolio_model_promotions",
    help: "Champions that were chosen so far, by model and by who or what chose.",
    labelNames: ["model", "actor"],
    statement: `
      select model_id as model, actor, count(*) as value
      from training.alias_change where alias = 'champion' and version > 0
      group by model_id, actor`,
  },
  {
    name: "portfolio_model_champion_skill",
    help: "Skill of champions on days that their training had not seen: means of rank_ic and ic, or of the losses qlike and pinball.",
    labelNames: ["model", "version", "metric"],
    statement: `
      select model_id as model, number::text as version, metric.name as metric, metric.value
      from training.version
      join ${CHAMPIONS} as champion using (tenant_id, model_id, number)
      cross join unnest(metric_name, metric_value, metric_fold) as metric (name, value, fold)
      where metric.fold = 0 and metric.name in ('rank_ic', 'ic', 'qlike', 'pinball')`,
  },
  {
    name: "portfolio_model_artifact_bytes",
    help: "Bytes of all artifacts.",
    labelNames: [],
    statement:
      "select coalesce(sum(octet_length(data)), 0)::bigint as value from training.artifact",
  },
];
