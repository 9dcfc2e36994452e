import type { PriceHistory } from "@portfolio/platform/prices/price-history";
import type { RawForecasts } from "./domain/asset-forecasts.ts";
import type { Dashboard } from "./domain/dashboard.ts";
import type { Experiment, ExperimentRules, ExperimentState } from "./domain/experiment.ts";
import type { ExplanationOutcome, ExplanationTask } from "./domain/explanation-task.ts";
import type { ForecastTask } from "./domain/forecast-task.ts";
import type {
  AliasChange,
  AliasName,
  MetricSeries,
  Model,
  Replay,
  Stage,
  StageChange,
  StoredForecasts,
  Verification,
  Version,
  VersionDraft,
} from "./domain/model-version.ts";
import type { AlarmAction, DriftAlarm, MonitoringPolicy } from "./domain/monitoring-policy.ts";
import type { DatedSkill } from "./domain/overfitting.ts";
import type { PastForecasts, PastForecastsTask } from "./domain/past-forecasts.ts";
import type { Schedule } from "./domain/schedule.ts";
import type { Study, Trial } from "./domain/study.ts";
import type { DatasetReference, Target } from "./domain/training-spec.ts";
import type { DriftFindings } from "./domain/watch-drift.ts";

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

/** Keeps experiments. */
export interface ExperimentStore {
  /** @throws {AppError} `EXPERIMENT_RUNNING`: these versions are being compared already. */
  add(id: string, rules: ExperimentRules, replayedDays: number): Promise<Experiment>;

  find(id: string): Promise<Experiment | undefined>;

  /** Lists experiments, newest first. @param modelId - Empty means of all models. */
  list(
    modelId: string,
    limit: number,
    beforeId: string | undefined,
  ): Promise<readonly Experiment[]>;

  /** Lists experiments that run, oldest first. @param modelId - (Default: of all models.) */
  listRunning(modelId?: string): Promise<readonly Experiment[]>;

  /**
   * Ends an experiment, and gives an alias to a version, in one transaction.
   *
   * @returns Nothing when it has ended before, and then nothing has changed.
   * @throws {AppError} Those of `ModelRegistry.setAlias`; then it goes on.
   */
  end(
    id: string,
    state: Exclude<ExperimentState, "running">,
    change?: {
      readonly alias: Omit<AliasChange, "previousVersion" | "createTime">;
      readonly expectedVersion: number;
    },
  ): Promise<Experiment | undefined>;
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

/** What was seen of a version. */
export interface DriftLook {
  readonly findings: DriftFindings;
  /** RFC 3339 in UTC. */
  readonly createTime: string;
}

/** Keeps how models are watched, and what was seen. */
export interface MonitoringStore {
  /** Finds the policy of a model; the default one where none was set. */
  findPolicy(modelId: string): Promise<MonitoringPolicy>;

  setPolicy(modelId: string, policy: MonitoringPolicy): Promise<void>;

  /** Finds what was seen last. */
  findLook(modelId: string, version: number): Promise<DriftLook | undefined>;

  /** Lists alarms of a model, newest first. */
  listAlarms(modelId: string, limit: number): Promise<readonly DriftAlarm[]>;

  /** Lists alarms that nothing has followed on yet, or whose training goes on, oldest first. */
  listOpenAlarms(): Promise<readonly DriftAlarm[]>;

  /** Notes what followed on an alarm. */
  answerAlarm(alarm: DriftAlarm, action: AlarmAction, jobId?: string): Promise<void>;
}

/** Keeps schedules. */
export interface ScheduleStore {
  /** @throws {AppError} `SCHEDULES_TOO_MANY`. */
  add(schedule: Schedule): Promise<void>;

  find(id: string): Promise<Schedule | undefined>;

  /** Lists all, oldest first. */
  list(): Promise<readonly Schedule[]>;

  /** Replaces when and what. @returns Whether there is such a schedule. */
  update(schedule: Schedule): Promise<boolean>;

  delete(id: string): Promise<void>;

  /**
   * Takes the first schedule that is due, by one process at a time, and notes what came of it. Another
   * process takes it again if this one ends meanwhile.
   *
   * @param now - RFC 3339.
   * @param run - Starts its work, once however often it is called for the same time.
   * @returns Whether there was one.
   */
  runNextDue(now: string, run: (schedule: Schedule) => Promise<ScheduleRun>): Promise<boolean>;
}

/** What came of a schedule that was due. */
export interface ScheduleRun {
  /** When it is due next; nothing when never again. */
  readonly nextTime: string | undefined;
  readonly jobId: string | undefined;
  /** Empty when nothing went wrong. */
  readonly problem: string;
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
  /** @throws {AppError} As `forecast`. */
  lookBack(task: PastForecastsTask): Promise<PastForecasts>;
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

/** Keeps dashboards. */
export interface DashboardStore {
  /** Lists dashboards, newest first. @param beforeId - Only those before this one. */
  list(limit: number, beforeId: string | undefined): Promise<readonly Dashboard[]>;

  find(id: string): Promise<Dashboard | undefined>;

  /** @throws {AppError} `DASHBOARDS_TOO_MANY`. */
  add(dashboard: Pick<Dashboard, "id" | "title" | "panels">): Promise<Dashboard>;

  /**
   * Puts a dashboard in place of one.
   *
   * @param dashboard - `revision` is that of the one.
   * @returns Nothing when there is none of this identifier and revision.
   */
  replace(
    dashboard: Pick<Dashboard, "id" | "title" | "panels" | "revision">,
  ): Promise<Dashboard | undefined>;

  delete(id: string): Promise<void>;
}

/** Keeps studies and their trials. */
export interface Studies {
  /**
   * Adds a study, and its model if that is new.
   *
   * @returns It, or the one that was added under the request identifier before.
   */
  add(study: Study, target: Target, requestId: string): Promise<Study>;

  find(id: string): Promise<Study | undefined>;

  /** Lists studies, newest first. @param beforeId - Only those before this one. */
  list(limit: number, beforeId: string | undefined): Promise<readonly Study[]>;

  /** Lists studies that are not done, oldest first. */
  listOpen(): Promise<readonly Study[]>;

  /** Notes that all trials have ended. */
  finish(id: string, trainingJobId: string | undefined): Promise<void>;

  /** Lists the trials of a study, by number. */
  listTrials(id: string): Promise<readonly Trial[]>;

  /** Finds the study that chose the parameters of a training. */
  findOfTraining(jobId: string): Promise<Study | undefined>;

  /** Lists the skill day by day of the trials that were tested on all folds. */
  listSkills(id: string): Promise<readonly DatedSkill[]>;

  /** Adds a trial without a job, which the model counts; nothing if there is one of the number. */
  addTrial(id: string, number: number, values: readonly number[]): Promise<void>;

  /** Notes the job of a trial that has none. */
  startTrial(id: string, number: number, jobId: string): Promise<void>;

  /** Has a trial tested on all folds, by a job that is still to be made. */
  promoteTrial(id: string, number: number): Promise<void>;

  /** Ends a trial that runs. */
  endTrial(id: string, number: number, state: "pruned" | "failed"): Promise<void>;
}
