import type {
  AliasChange,
  AliasName,
  MetricSeries,
  Model,
  Replay,
  Stage,
  StageChange,
  Verification,
  Version,
  VersionDraft,
} from "./domain/model-version.ts";

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
   * @returns The version, or the one that the same job or file has stored before.
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

  /**
   * Gives an alias back to the version that had it before its newest entry, as a new one.
   *
   * @throws {AppError} `MODEL_UNKNOWN`, `ALIAS_UNSET`, `ALIAS_CHANGED`, `STAGE_UNSUITABLE`.
   */
  revertAlias(
    change: Omit<AliasChange, "version" | "previousVersion" | "createTime">,
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
   * @throws {AppError} `MODEL_UNKNOWN`, `VERSION_UNKNOWN`; `STAGE_UNSUITABLE`: no way leads there, or
   *   the version is not fit for it.
   */
  setStage(
    modelId: string,
    number: number,
    stage: Stage,
    by: { readonly actor: string; readonly reason: string },
  ): Promise<Version>;

  /** Lists the stages that a version has gone through, the first one first. */
  listStageChanges(modelId: string, number: number): Promise<readonly StageChange[]>;

  /** Reads one series of several versions. Those that have none are left out. */
  findSeries(
    modelId: string,
    numbers: readonly number[],
    name: string,
  ): Promise<ReadonlyMap<number, MetricSeries>>;

  /** Lists what came of training a version again, the newest first. */
  listVerifications(modelId: string, number: number): Promise<readonly Verification[]>;

  /** Counts trials that were trained to choose among, without becoming versions. */
  addTrials(modelId: string, count: number): Promise<void>;
}

/** Default trainings of a model that were started together. */
export interface DefaultRun {
  /** A UUID of version 7. */
  readonly id: string;
  readonly modelId: string;
  readonly jobIds: readonly string[];
}

/** Keeps default trainings until their champion is chosen. */
export interface DefaultRuns {
  /** Adds a run, once per request identifier and model. @param requestId - May be empty. */
  add(run: DefaultRun, requestId: string): Promise<void>;

  /** Lists the runs for whose choice there is no job yet, oldest first. */
  listOpen(): Promise<readonly DefaultRun[]>;

  /** Notes that there is a job. */
  close(id: string): Promise<void>;
}
