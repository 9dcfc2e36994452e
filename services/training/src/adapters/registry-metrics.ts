import { type FigureGauge, showFigures } from "@portfolio/platform/figure-gauges";
import type { Queryable } from "@portfolio/platform/postgres/pool";

const SELECT_STAGES = `
  select model_id, stage, count(*) as count from training.version group by model_id, stage`;

const SELECT_ARTIFACTS = `
  select coalesce(sum(octet_length(data)), 0)::bigint as bytes from training.artifact`;

const SELECT_PROMOTIONS = `
  select model_id, actor, count(*) as count from training.alias_change
  where alias = 'champion' and version > 0
  group by model_id, actor`;

interface RegistryFigures {
  readonly stages: readonly { readonly model_id: string; stage: string; count: number }[];
  readonly promotions: readonly { readonly model_id: string; actor: string; count: number }[];
  readonly artifactBytes: number;
}

const GAUGES: readonly FigureGauge<RegistryFigures>[] = [
  {
    name: "portfolio_model_versions",
    help: "Versions by model and stage.",
    labelNames: ["model", "stage"],
    values: ({ stages }) =>
      stages.map(({ model_id: model, stage, count }) => ({
        labels: { model, stage },
        value: count,
      })),
  },
  {
    name: "portfolio_model_promotions",
    help: "Champions that were chosen so far, by model and by who or what chose.",
    labelNames: ["model", "actor"],
    values: ({ promotions }) =>
      promotions.map(({ model_id: model, actor, count }) => ({
        labels: { model, actor },
        value: count,
      })),
  },
  {
    name: "portfolio_model_artifact_bytes",
    help: "Bytes of all artifacts.",
    labelNames: [],
    values: ({ artifactBytes }) => [{ labels: {}, value: artifactBytes }],
  },
];

/** Shows how many versions and promotions there are, and what artifacts take. */
export function registryMetrics(
  registry: Parameters<typeof showFigures>[0],
  pool: Queryable,
): void {
  showFigures(registry, GAUGES, () => readFigures(pool));
}

async function readFigures(pool: Queryable): Promise<RegistryFigures> {
  const [stages, promotions, artifacts] = await Promise.all([
    pool.query<RegistryFigures["stages"][number]>(SELECT_STAGES),
    pool.query<RegistryFigures["promotions"][number]>(SELECT_PROMOTIONS),
    pool.query<{ readonly bytes: number }>(SELECT_ARTIFACTS),
  ]);
  return {
    stages: stages.rows,
    promotions: promotions.rows,
    artifactBytes: artifacts.rows[0]?.bytes ?? 0,
  };
}
