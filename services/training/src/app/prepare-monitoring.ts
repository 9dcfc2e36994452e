import type { DriftTask } from "../domain/watch-drift.ts";
import { findVersion } from "./find-version.ts";
import { closesBetween, dateBefore } from "./forecast-snapshot.ts";
import { type ForecastDeps, readArtifact } from "./get-forecasts.ts";
import type { MonitoringDeps, MonitoringPayload } from "./monitoring.ts";

/** What a look is prepared with. */
export type PrepareMonitoringDeps = Pick<MonitoringDeps, "registry" | "monitoring"> &
  Pick<ForecastDeps, "prices" | "trainedOn">;

/**
 * Trading days before the end of the training whose features are compared: 750, and the longest
 * look back of a forecast or a feature.
 */
const DAYS_BEFORE = 750 + 504;
const NOTHING = { rows: 0, cols: 0, values: new Float64Array() };

/**
 * Reads what a look needs: the version, its replayed days, and prices from before the end of its
 * training to the newest.
 *
 * @throws {AppError} `MODEL_UNKNOWN`, `VERSION_UNKNOWN`, those of `PriceHistory`.
 */
export async function prepareMonitoring(
  { registry, monitoring, prices, trainedOn: readTrainedOn }: PrepareMonitoringDeps,
  { modelId, version: number }: MonitoringPayload,
  signal: AbortSignal,
): Promise<DriftTask> {
  const { model, version } = await findVersion(registry, modelId, { kind: "number", number });
  const { symbols, dataset, members } = readTrainedOn(version);
  const trainedTo = version.lineage.endDate;
  const newest = await prices.pin({ id: dataset.id, revision: 0 }, signal);
  const startDate = dateBefore(trainedTo, DAYS_BEFORE);
  const selection = { dataset: newest, startDate, endDate: "" };
  const { dates, closes } = await closesBetween(prices, symbols, selection, signal);
  const replay = await registry.findReplay(modelId, number);
  const { runLengthDays, falseShare } = await monitoring.findPolicy(modelId);
  return {
    ...{ modelId, version: number, target: model.target },
    artifact: await readArtifact({ registry }, version),
    replay: replay ?? { symbols: [], dates: [], forecasts: NOTHING, outcomes: NOTHING },
    ...{ trainedTo, symbols, members, dates, closes, runLengthDays, falseShare },
  };
}
