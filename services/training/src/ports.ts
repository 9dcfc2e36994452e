import type { PriceHistory } from "@portfolio/platform/prices/price-history";
import type { RawForecasts } from "./domain/asset-forecasts.ts";
import type { ExplanationOutcome, ExplanationTask } from "./domain/explanation-task.ts";
import type { ForecastTask } from "./domain/forecast-task.ts";
import type {
  AliasChange,
  AliasName,
  MetricSeries,
  Model,
  Replay,
  Stage,
  StoredForecasts,
  Version,
  VersionDraft,
} from "./domain/model-version.ts";
import type { DatasetReference } from "./domain/training-spec.ts";

/** Keeps models, their versions, and the log of which version did what when. */
export interface ModelRegistry {
  findModel(id: string): Promise<Model | undefined>;

  /** Lists models by identifier. @param afterId - Only those after this one. */
  listModels(limit: number, afterId: string | undefined): Promise<readonly Model[]>;

  /** @throws {AppError} `MODEL_UNKNOWN`. */
  updateModel(id: string, description: string): Promise<Model>;

  /**
   * Adds a version in a transaction of its own, and its model if that is new.
   *
   * Jobs use `storeVersion` of the adapter, in the transaction that ends them.
   *
   * @returns The version, or the one that the same job has stored before.
   * @throws {AppError} `MODEL_TARGET_MISMATCH`.
   */
  addVersion(draft: VersionDraft): Promise<Version>;

  findVersion(modelId: string, number: number): Promise<Version | undefined>;

  /** Finds those that exist of some versions, in no order. */
  findVersions(
    references: readonly { readonly modelId: string; readonly number: number }[],
  ): Promise<readonly Version[]>;

  /** Lists versions of a model, newest first. @param beforeNumber - Only those before this one. */
  listVersions(
    modelId: string,
    limit: number,
    beforeNumber: number | undefined,
  ): Promise<readonly Version[]>;

  /** Reads what training made. @param hash - SHA-256 in lower-case hexadecimal. */
  findArtifact(hash: string): Promise<Uint8Array | undefined>;

  findReplay(modelId: string, number: number): Promise<Replay | undefined>;

  listSeries(modelId: string, number: number): Promise<readonly MetricSeries[]>;

  /**
   * Gives an alias to a version, as a new entry of the log, and records `model.promoted` for a
   * champion, in one transaction.
   *
   * @param change - Version 0 takes the alias away.
   * @param expectedVersion - The version that has it now; undefined means whatever it is.
   * @returns The entry; the newest one as it is when the version has the alias already.
   * @throws {AppError} `MODEL_UNKNOWN`, `VERSION_UNKNOWN`, `ALIAS_CHANGED` (another version has it
   *   than was expected), `STAGE_UNSUITABLE`.
   */
  setAlias(
    change: Omit<AliasChange, "previousVersion" | "createTime">,
    expectedVersion: number | undefined,
  ): Promise<AliasChange>;

  /** Resolves an alias. @param atTime - RFC 3339: who had it then. (Default: now.) */
  findAlias(modelId: string, alias: AliasName, atTime?: string): Promise<number | undefined>;

  /** Lists the log of a model, newest first. @param beforeTime - Only entries before. */
  listAliasChanges(
    modelId: string,
    limit: number,
    beforeTime: string | undefined,
  ): Promise<readonly AliasChange[]>;

  /**
   * Moves a version to another stage, as a new entry of its log.
   *
   * @throws {AppError} `VERSION_UNKNOWN`, `STAGE_UNSUITABLE`: no way leads there.
   */
  setStage(
    modelId: string,
    number: number,
    stage: Stage,
    by: { readonly actor: string; readonly reason: string },
  ): Promise<Version>;

  /** Counts trials that were trained to choose among, without becoming versions. */
  addTrials(modelId: string, count: number): Promise<void>;
}

/** What this service needs to know about prices to forecast from them. */
export interface ForecastPriceHistory extends PriceHistory {
  /**
   * Finds the newest revision of a dataset, where none is named.
   *
   * @throws {AppError} `PRICES_UNAVAILABLE`, `DATASET_UNKNOWN`.
   */
  pin(dataset: DatasetReference, signal: AbortSignal): Promise<DatasetReference>;
}

/** Computes forecasts away from the event loop. */
export interface ForecastEngine {
  /** @throws {AppError} `SOLVER_BUSY`, `SOLVER_TIMEOUT`. */
  forecast(task: ForecastTask): Promise<RawForecasts>;
  /** @throws {AppError} As `forecast`, and `EXPLANATION_UNSUPPORTED`. */
  explain(task: ExplanationTask): Promise<ExplanationOutcome>;
}

/** Keeps forecasts as they were made day by day, and what came. Jobs write them. */
export interface ForecastStore {
  /**
   * Finds the first day `YYYY-MM-DD` from which on a version has something to do: one whose outcome
   * was not known yet, or the day after the last.
   *
   * @returns Undefined when it has forecast no day.
   */
  firstOpenDate(modelId: string, number: number): Promise<string | undefined>;

  /** Lists days, newest first. @param beforeDate - Only those before this one. */
  list(
    modelId: string,
    number: number,
    limit: number,
    beforeDate: string | undefined,
  ): Promise<readonly StoredForecasts[]>;
}
