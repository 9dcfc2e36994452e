import { createHash } from "node:crypto";
import { AppError } from "@portfolio/platform/app-error";
import type { Matrix } from "@portfolio/quant";
import type { ForecastPrices } from "../domain/forecaster.ts";
import type { Replay, Version } from "../domain/model-version.ts";
import type { PastForecasts, PastRange } from "../domain/past-forecasts.ts";
import type { ModelRegistry } from "../ports.ts";
import { findVersion } from "./find-version.ts";
import { closesBetween, dateBefore } from "./forecast-snapshot.ts";
import { type ChosenVersion, type ForecastDeps, placesOf } from "./get-forecasts.ts";
import type { VersionChoice } from "./version-lookup.ts";

/** What looking back works with. */
export type PastForecastDeps = Pick<ForecastDeps, "prices" | "engine" | "trainedOn"> & {
  readonly registry: ModelRegistry;
};

/** Forecasts of the past that are asked for. */
export interface PastRequest {
  readonly modelId: string;
  readonly choice: VersionChoice;
  /** In capitals, each once; empty means all. */
  readonly symbols: readonly string[];
  /** `YYYY-MM-DD`, ascending. */
  readonly asOfDates: readonly string[];
  /** In calendar days. */
  readonly maxAgeDays: number;
}

/** Forecasts of the past, a column for each symbol asked for, and where they come from. */
export interface PastReport extends ChosenVersion, Omit<PastForecasts, "range"> {
  readonly range: PastRange;
  /** SHA-256 of the replay, in lower-case hexadecimal. */
  readonly replayHash: string;
}

/** Trading days before the first one wanted, for its volatility. */
const YEAR = 252;

/**
 * Gives forecasts as they would have been made on days of the past.
 *
 * @throws {AppError} `MODEL_UNKNOWN`, `VERSION_UNKNOWN`, `ALIAS_UNSET`, `SYMBOL_NOT_FORECAST`,
 *   `FORECAST_LOOKS_AHEAD`, `FORECASTS_MISSING`, and those of `PriceHistory`.
 */
export async function getPastForecasts(
  deps: PastForecastDeps,
  { modelId, choice, symbols, asOfDates, maxAgeDays }: PastRequest,
  signal: AbortSignal,
): Promise<PastReport> {
  const name = choice.kind === "alias" ? { ...choice, atTime: "" } : choice;
  const { version } = await findVersion(deps.registry, modelId, name);
  await refuseFutureKnowledge(deps, version);
  const replay = await deps.registry.findReplay(modelId, version.number);
  if (replay === undefined) {
    throw missing(version, "was stored without its validation");
  }
  const places = placesOf(symbols, replay.symbols);
  const task = {
    target: deps.trainedOn(version).target,
    replay,
    prices: await readPrices(deps, version, { replay, asOfDates }, signal),
    ...{ asOfDates, maxAgeDays },
  };
  const { range, ...found } = await deps.engine.lookBack(task);
  if (range === undefined) {
    throw missing(
      version,
      "was validated on too few days for its skill to be known on any of them",
    );
  }
  return {
    ...{ version, places, range, trainedOn: deps.trainedOn(version) },
    canaryExperimentId: undefined,
    dataset: version.lineage.dataset,
    replayHash: hashOf(replay),
    ...found,
    scores: takeColumns(found.scores, places),
    excessReturnsPerYear:
      found.excessReturnsPerYear && takeColumns(found.excessReturnsPerYear, places),
  };
}

/** Refuses versions, and mixtures of such, that were validated on days before those of a training. */
async function refuseFutureKnowledge(
  deps: Pick<PastForecastDeps, "registry" | "trainedOn">,
  version: Version,
): Promise<void> {
  const { members = [], isWalkForward } = deps.trainedOn(version);
  if (!isWalkForward) {
    const why = "was validated on blocks of days, also by trainings on days that came later";
    throw new AppError(
      "invalid-argument",
      "FORECAST_LOOKS_AHEAD",
      `Version ${version.number} of model ${version.modelId} ${why}. Train it with walk_forward.`,
      { violations: [{ field: "version", description: why }] },
    );
  }
  const { modelId } = version;
  const references = members.map((number) => ({ modelId, number }));
  for (const member of await deps.registry.findVersions(references)) {
    await refuseFutureKnowledge(deps, member);
  }
}

function missing({ modelId, number }: Version, why: string): AppError {
  return new AppError(
    "failed-precondition",
    "FORECASTS_MISSING",
    `There are no forecasts of the past: version ${number} of model ${modelId} ${why}.`,
    { violations: [{ field: "version", description: why }] },
  );
}

/** Reads the prices that the version was trained on, as far as volatilities need them. */
async function readPrices(
  { prices }: Pick<PastForecastDeps, "prices">,
  { lineage }: Version,
  { replay, asOfDates }: { readonly replay: Replay; readonly asOfDates: readonly string[] },
  signal: AbortSignal,
): Promise<ForecastPrices> {
  const { symbols, dates } = replay;
  const [first] = dates;
  if (asOfDates.length === 0 || first === undefined) {
    return {
      symbols,
      dates: [],
      closes: { rows: 0, cols: symbols.length, values: new Float64Array() },
    };
  }
  const selection = {
    dataset: lineage.dataset,
    startDate: dateBefore(first, YEAR),
    endDate: lineage.endDate,
  };
  return { symbols, ...(await closesBetween(prices, symbols, selection, signal)) };
}

function takeColumns({ rows, cols, values }: Matrix, columns: readonly number[]): Matrix {
  const taken = new Float64Array(rows * columns.length);
  for (let row = 0; row < rows; row++) {
    for (const [k, column] of columns.entries()) {
      taken[row * columns.length + k] = values[row * cols + column] ?? Number.NaN;
    }
  }
  return { rows, cols: columns.length, values: taken };
}

function hashOf({ symbols, dates, forecasts, outcomes }: Replay): string {
  const hash = createHash("sha256").update(JSON.stringify([symbols, dates]));
  for (const { values } of [forecasts, outcomes]) {
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return hash.digest("hex");
}
