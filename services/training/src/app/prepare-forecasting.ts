import type { DaysTask } from "../domain/forecast-days.ts";
import { readForecaster } from "../domain/forecaster.ts";
import type { ForecastStore } from "../ports.ts";
import { closesBetween, dateBefore } from "./forecast-snapshot.ts";
import { chooseVersion, type ForecastDeps, readArtifact } from "./get-forecasts.ts";
import type { ForecastingPayload } from "./start-forecasting.ts";

/** Days that one job takes on of a version: five years. */
const DAY_COUNT_MAX = 1260;
const DAY_MS = 86_400_000;

/** What preparing works with. */
export interface PrepareForecastingDeps extends ForecastDeps {
  readonly forecasts: ForecastStore;
}

/**
 * Reads what a job needs to forecast the days since the last of each version. A version begins on the
 * day after the prices that it was trained on.
 *
 * @throws {AppError} Those of `chooseVersion` and `PriceHistory`.
 */
export async function prepareForecasting(
  deps: PrepareForecastingDeps,
  { modelId, versions, dataset }: ForecastingPayload,
  signal: AbortSignal,
): Promise<DaysTask[]> {
  const tasks: DaysTask[] = [];
  for (const number of versions) {
    tasks.push(await taskOf(deps, { modelId, number, dataset }, signal));
  }
  return tasks;
}

async function taskOf(
  deps: PrepareForecastingDeps,
  { modelId, number, dataset }: Omit<ForecastingPayload, "versions"> & { readonly number: number },
  signal: AbortSignal,
): Promise<DaysTask> {
  const choice = { kind: "number", number } as const;
  const request = { modelId, choice, key: "", symbols: [], asOfDate: "", dataset };
  const chosen = await chooseVersion(deps, request, signal);
  const { version, trainedOn } = chosen;
  const artifact = await readArtifact(deps, version);
  const open = await deps.forecasts.firstOpenDate(modelId, number);
  const firstDate = open ?? dayAfter(version.lineage.endDate);
  const startDate = dateBefore(firstDate, readForecaster(artifact).lookbackDays);
  const { symbols } = trainedOn;
  const selection = { dataset: chosen.dataset, startDate, endDate: "" };
  const { dates, closes } = await closesBetween(deps.prices, symbols, selection, signal);
  return {
    ...{ modelId, number, artifact, dataset: chosen.dataset },
    prices: { symbols, dates, closes },
    ...{ firstDate, dayCountMax: DAY_COUNT_MAX },
  };
}

function dayAfter(date: string): string {
  return new Date(Date.parse(date) + DAY_MS).toISOString().slice(0, 10);
}
