import { AppError } from "@portfolio/platform/app-error";
import type { Attribution } from "../domain/attribution.ts";
import type { Version } from "../domain/model-version.ts";
import { explainForecasts } from "./explain-forecasts.ts";
import type { ForecastDeps } from "./get-forecasts.ts";

const DAY_COUNT = 24;
const STEP_DAYS = 21;
const KEPT_MS = 86_400_000;
/** An explanation serves all who wait for it, so no caller's own deadline ends it. */
const TIMEOUT_MS = 60_000;
/** Why a version has no explanation, and will have none. */
const WITHOUT: ReadonlySet<string> = new Set([
  "EXPLANATION_UNSUPPORTED",
  "EXPLANATION_INEXACT",
  "HISTORY_TOO_SHORT",
  "VERSION_RETIRED",
  "DATASET_UNKNOWN",
  "REVISION_UNKNOWN",
  "SYMBOL_UNKNOWN",
]);

/**
 * Explains the forecasts of a version on days a month apart, over the last two years that its training
 * knew. Neither they nor it ever change, so that the answer is remembered.
 *
 * @returns Nothing where the version has no exact explanation, or its prices are gone.
 * @throws {AppError} `PRICES_UNAVAILABLE`, `SOLVER_BUSY`, `SOLVER_TIMEOUT`.
 */
export async function attributionOf(
  deps: ForecastDeps,
  version: Version,
): Promise<Attribution | undefined> {
  const { artifactHash, specHash } = version.lineage;
  try {
    const { value } = await deps.cache.remember(
      `attribution/1:${artifactHash}:${specHash}`,
      KEPT_MS,
      async () => Buffer.from(JSON.stringify(await explain(deps, version))),
    );
    return JSON.parse(Buffer.from(value).toString("utf8"));
  } catch (error) {
    if (error instanceof AppError && WITHOUT.has(error.reason)) {
      return undefined;
    }
    throw error;
  }
}

async function explain(deps: ForecastDeps, version: Version): Promise<Attribution> {
  const { modelId, number, lineage } = version;
  const { outcome } = await explainForecasts(
    deps,
    {
      ...{ modelId, choice: { kind: "number", number }, key: "", symbols: [], groups: [], seed: 0 },
      ...{ asOfDate: lineage.endDate, dataset: lineage.dataset, method: undefined },
      ...{ dayCount: DAY_COUNT, stepDays: STEP_DAYS },
    },
    AbortSignal.timeout(TIMEOUT_MS),
  );
  const { method, unit, names, dates, importances } = outcome;
  const features = names.map((name, k) => {
    const byDate = dates.map((_, d) => importances.values[d * names.length + k] ?? 0);
    return { name, byDate, mean: byDate.reduce((sum, x) => sum + x / dates.length, 0) };
  });
  return { method, unit, dates, features: features.sort((a, b) => b.mean - a.mean) };
}
