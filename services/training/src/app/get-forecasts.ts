import { AppError } from "@portfolio/platform/app-error";
import type { Cache } from "@portfolio/platform/cache/cache";
import {
  type AssetForecast,
  assetForecasts,
  type RawForecasts,
} from "../domain/asset-forecasts.ts";
import { type ForecastSkill, forecastSkill } from "../domain/forecast-skill.ts";
import { readForecaster } from "../domain/forecaster.ts";
import type { Version } from "../domain/model-version.ts";
import type { DatasetReference, Target } from "../domain/training-spec.ts";
import type { ForecastEngine, ForecastPriceHistory, ModelRegistry } from "../ports.ts";
import {
  type CachedForecasts,
  readCachedForecasts,
  writeCachedForecasts,
} from "./cached-forecasts.ts";
import { chooseServing, type ServingDeps, type ServingVersion } from "./choose-serving.ts";
import { readSnapshot } from "./forecast-snapshot.ts";
import type { VersionChoice } from "./version-lookup.ts";

/** What forecasting works with. */
export interface ForecastDeps extends ServingDeps {
  readonly registry: Pick<ModelRegistry, "findArtifact">;
  readonly prices: ForecastPriceHistory;
  readonly engine: ForecastEngine;
  readonly cache: Cache;
  /** Reads what a version was trained to forecast out of its specification. */
  readonly trainedOn: (version: Version) => TrainedOn;
}

/** What a version was trained to forecast. */
export interface TrainedOn {
  readonly target: Target;
  readonly symbols: readonly string[];
  readonly dataset: DatasetReference;
  /** Numbers of the versions that it mixes; nothing where it mixes none. */
  readonly members: readonly number[] | undefined;
  /** Whether it was validated by a walk forward, which forecasts no day that it has learned from. */
  readonly isWalkForward: boolean;
}

/** Forecasts that are asked for. */
export interface ForecastRequest {
  readonly modelId: string;
  readonly choice: VersionChoice;
  /** Whom or what the forecasts are for; empty means nobody in particular. */
  readonly key: string;
  /** In capitals, each once; empty means all. */
  readonly symbols: readonly string[];
  /** `YYYY-MM-DD`; empty means the newest day. */
  readonly asOfDate: string;
  /** Undefined means the version's, at its newest revision. */
  readonly dataset: DatasetReference | undefined;
}

/** A version, and the prices that it is to forecast from. */
export interface ChosenVersion extends ServingVersion {
  readonly trainedOn: TrainedOn;
  /** The revision is not 0. */
  readonly dataset: DatasetReference;
  /** Places of the symbols that are asked for among those of the version. */
  readonly places: readonly number[];
}

/** Forecasts, and where they come from. */
export interface ForecastReport extends ChosenVersion {
  readonly asOfDate: string;
  readonly snapshotHash: string;
  readonly skill: ForecastSkill | undefined;
  /** The same array, for the same version and prices, as often as all assets are asked for. */
  readonly forecasts: readonly AssetForecast[];
  readonly skippedSymbols: readonly string[];
  readonly isCached: boolean;
}

const DAY_MS = 86_400_000;
/** A computation serves all who wait for it, so no caller's own deadline ends it. */
const COMPUTE_TIMEOUT_MS = 60_000;

/**
 * Forecasts assets by a version of a model.
 *
 * Which version is meant and which revision is the newest is settled first; what they say is then
 * remembered by the hashes of both for a day.
 *
 * @throws {AppError} Those of `chooseVersion` and `readSnapshot`.
 */
export async function getForecasts(
  deps: ForecastDeps,
  request: ForecastRequest,
  signal: AbortSignal,
): Promise<ForecastReport> {
  const chosen = await chooseVersion(deps, request, signal);
  const { version, trainedOn, dataset, places } = chosen;
  const { symbols } = request;
  const { specHash, artifactHash } = version.lineage;
  const source = `${dataset.id}@${dataset.revision}@${request.asOfDate || "newest"}`;
  const { value, isCached } = await deps.cache.remember(
    `1:${artifactHash}:${specHash}:${trainedOn.target.horizonDays}:${source}`,
    DAY_MS,
    async () => writeCachedForecasts(await compute(deps, chosen, request.asOfDate)),
  );
  const { raw, asOfDate, snapshotHash } = readCachedForecasts(value);
  const skill = forecastSkill(trainedOn.target, version.metrics);
  const { byPlace, all } = readForecasts(raw, version, trainedOn.target);
  return {
    ...chosen,
    ...{ asOfDate, snapshotHash, skill, isCached },
    forecasts: symbols.length === 0 ? all : places.flatMap((place) => byPlace[place] ?? []),
    skippedSymbols: places
      .filter((place) => byPlace[place] === undefined)
      .map((place) => raw.symbols[place] ?? ""),
  };
}

interface ReadForecasts {
  /** Undefined where there is too little history. */
  readonly byPlace: readonly (AssetForecast | undefined)[];
  readonly all: readonly AssetForecast[];
}

/** What versions say in units that people read, for as long as the cache hands out the same answer. */
const READ = new WeakMap<RawForecasts, WeakMap<Version, ReadForecasts>>();

function readForecasts(raw: RawForecasts, version: Version, target: Target): ReadForecasts {
  const ofVersions = READ.get(raw) ?? new WeakMap<Version, ReadForecasts>();
  READ.set(raw, ofVersions);
  const known = ofVersions.get(version);
  if (known !== undefined) {
    return known;
  }
  const byPlace = assetForecasts(raw, target, forecastSkill(target, version.metrics));
  const read = { byPlace, all: byPlace.filter((forecast) => forecast !== undefined) };
  ofVersions.set(version, read);
  return read;
}

/**
 * Settles which version forecasts which assets from which prices.
 *
 * @throws {AppError} `MODEL_UNKNOWN`, `VERSION_UNKNOWN`, `ALIAS_UNSET`, `VERSION_RETIRED`,
 *   `SYMBOL_NOT_FORECAST`, and those of `ForecastPriceHistory.pin`.
 */
export async function chooseVersion(
  deps: ForecastDeps,
  { modelId, choice, key, symbols, dataset }: ForecastRequest,
  signal: AbortSignal,
): Promise<ChosenVersion> {
  const { prices, trainedOn: readTrainedOn } = deps;
  const serving = await chooseServing(deps, modelId, choice, key);
  const { version } = serving;
  if (version.stage === "retired") {
    throw new AppError(
      "failed-precondition",
      "VERSION_RETIRED",
      `Version ${version.number} of model ${modelId} is retired.`,
      { violations: [{ field: "version", description: "is retired" }] },
    );
  }
  const trainedOn = readTrainedOn(version);
  return {
    ...serving,
    trainedOn,
    dataset: await prices.pin(dataset ?? { id: trainedOn.dataset.id, revision: 0 }, signal),
    places: placesOf(symbols, trainedOn.symbols),
  };
}

/** Reads a version's artifact. */
export async function readArtifact(
  { registry }: Pick<ForecastDeps, "registry">,
  { modelId, number, lineage }: Version,
): Promise<Uint8Array> {
  const artifact = await registry.findArtifact(lineage.artifactHash);
  if (artifact === undefined) {
    throw new Error(`the artifact of version ${number} of model ${modelId} is missing`);
  }
  return artifact;
}

async function compute(
  deps: ForecastDeps,
  { version, trainedOn, dataset }: ChosenVersion,
  asOfDate: string,
): Promise<CachedForecasts> {
  const artifact = await readArtifact(deps, version);
  const dayCount = readForecaster(artifact).lookbackDays;
  const snapshot = await readSnapshot(
    deps.prices,
    { symbols: trainedOn.symbols, dataset, asOfDate, dayCount },
    AbortSignal.timeout(COMPUTE_TIMEOUT_MS),
  );
  const { symbols, dates, closes, hash } = snapshot;
  const raw = await deps.engine.forecast({ artifact, prices: { symbols, dates, closes } });
  return { raw, asOfDate: dates.at(-1) ?? "", snapshotHash: hash };
}

/**
 * Finds symbols among those of a version; all where none is asked for.
 *
 * @throws {AppError} `SYMBOL_NOT_FORECAST`.
 */
export function placesOf(asked: readonly string[], symbols: readonly string[]): number[] {
  if (asked.length === 0) {
    return [...symbols.keys()];
  }
  const places = new Map(symbols.map((symbol, k) => [symbol, k]));
  const unknown = [...asked.entries()].filter(([, symbol]) => !places.has(symbol));
  if (unknown.length > 0) {
    throw new AppError(
      "failed-precondition",
      "SYMBOL_NOT_FORECAST",
      `The version was not trained on ${unknown.map(([, symbol]) => symbol).join(", ")}.`,
      {
        violations: unknown.map(([k, symbol]) => ({
          field: `symbols[${k}]`,
          description: `the version was not trained on ${symbol}`,
        })),
      },
    );
  }
  return asked.map((symbol) => places.get(symbol) ?? 0);
}
