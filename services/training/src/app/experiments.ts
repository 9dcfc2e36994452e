import { AppError } from "@portfolio/platform/app-error";
import { appendLive } from "../domain/append-live.ts";
import { dailySkill } from "../domain/daily-skill.ts";
import {
  checkGuards,
  defaultDaysMax,
  defaultEffect,
  type Experiment,
  type ExperimentFindings,
  type ExperimentRules,
  evaluate,
  gainsOf,
} from "../domain/experiment.ts";
import type { Model, Replay } from "../domain/model-version.ts";
import { isUuid } from "../domain/uuid.ts";
import type { ExperimentStore, ForecastStore, ModelRegistry } from "../ports.ts";
import { findModel, findVersion } from "./find-version.ts";
import { type Page, pageOf, readPageToken } from "./page-token.ts";

/** What experiments work with. */
export interface ExperimentDeps {
  readonly registry: ModelRegistry;
  readonly experiments: ExperimentStore;
  readonly forecasts: ForecastStore;
  /** Makes an identifier: a UUID of version 7. */
  readonly newId: () => string;
}

/** Rules as a caller gives them: 0 stands for a default, or for the version that has the alias. */
export type ExperimentDraft = ExperimentRules;

/** An experiment and what is known. */
export interface ExperimentAnswer {
  readonly experiment: Experiment;
  readonly findings: ExperimentFindings;
}

/** The state of an experiment before it starts. */
export interface ExperimentOutlook {
  readonly rules: ExperimentRules;
  readonly findings: ExperimentFindings;
}

const LEVEL = 0.05;

/**
 * Says where an experiment would begin.
 *
 * @throws {AppError} `MODEL_UNKNOWN`, `VERSION_UNKNOWN`, `ALIAS_UNSET`,
 *   `EXPERIMENT_VERSIONS_SAME`, `EXPERIMENT_WITHOUT_DAYS`, `GUARD_UNSUITABLE`.
 */
export async function previewExperiment(
  deps: ExperimentDeps,
  draft: ExperimentDraft,
): Promise<ExperimentOutlook> {
  const { registry, experiments } = deps;
  const model = await findModel(registry, draft.modelId);
  checkGuards(model.target, draft);
  const championVersion = await numberOf(registry, draft, "champion", draft.championVersion);
  const challengerVersion = await numberOf(registry, draft, "challenger", draft.challengerVersion);
  if (championVersion === challengerVersion) {
    const description = `version ${challengerVersion} cannot be compared with itself`;
    throw new AppError("invalid-argument", "EXPERIMENT_VERSIONS_SAME", description, {
      violations: [{ field: "spec.challenger_version", description }],
    });
  }
  const numbers = [championVersion, challengerVersion] as const;
  const [champion, challenger] = await evidenceOf(deps, draft.modelId, numbers);
  const armCount = draft.armCount || (await experiments.listRunning(draft.modelId)).length + 1;
  const replayed = gainsOf(model.target, champion, challenger).values.length;
  const rules = {
    ...draft,
    championVersion,
    challengerVersion,
    armCount,
    // Several challengers share the chance of a false decision (Bonferroni).
    level: (draft.level || LEVEL) / armCount,
    effectMin: draft.effectMin || defaultEffect(model.target, dailySkill(model.target, champion)),
    daysMax: draft.daysMax || defaultDaysMax(replayed),
  };
  return { rules, findings: evaluate(model.target, rules, champion, challenger) };
}

/**
 * Starts an experiment.
 *
 * @throws {AppError} Those of `previewExperiment`, and `EXPERIMENT_RUNNING`.
 */
export async function startExperiment(
  deps: ExperimentDeps,
  draft: ExperimentDraft,
): Promise<ExperimentAnswer> {
  const { rules, findings } = await previewExperiment(deps, draft);
  const experiment = await deps.experiments.add(deps.newId(), rules, findings.dayCount);
  return { experiment, findings };
}

/** Finds an experiment and evaluates it. @throws {AppError} `EXPERIMENT_UNKNOWN`. */
export async function getExperiment(deps: ExperimentDeps, id: string): Promise<ExperimentAnswer> {
  const experiment = await knownExperiment(deps, id);
  const model = await findModel(deps.registry, experiment.rules.modelId);
  return { experiment, findings: await findingsOf(deps, model, experiment) };
}

/** Ends an experiment without a decision. @throws {AppError} `EXPERIMENT_UNKNOWN`. */
export async function stopExperiment(deps: ExperimentDeps, id: string): Promise<Experiment> {
  await knownExperiment(deps, id);
  return (await deps.experiments.end(id, "stopped")) ?? knownExperiment(deps, id);
}

/** Lists experiments, newest first. @throws {AppError} `PAGE_TOKEN_INVALID`. */
export async function listExperiments(
  { experiments }: ExperimentDeps,
  modelId: string,
  size: number,
  token: string,
): Promise<Page<Experiment>> {
  const found = await experiments.list(modelId, size + 1, readPageToken("ids", token));
  return pageOf(found, size, ({ id }) => id);
}

/**
 * Ends experiments that have come to a decision. A better challenger becomes the champion where the
 * rules say so; a worse one is no challenger any more. All of it goes through the log.
 *
 * @returns Those that ended.
 */
export async function settleExperiments(deps: ExperimentDeps): Promise<readonly Experiment[]> {
  const ended: Experiment[] = [];
  for (const experiment of await deps.experiments.listRunning()) {
    const model = await findModel(deps.registry, experiment.rules.modelId);
    const findings = await findingsOf(deps, model, experiment);
    if (findings.state !== "running") {
      const change = aliasChangeOf(model, experiment, findings);
      const done = await deps.experiments.end(experiment.id, findings.state, change);
      ended.push(...(done ? [done] : []));
    }
  }
  return ended;
}

function aliasChangeOf(model: Model, { id, rules }: Experiment, findings: ExperimentFindings) {
  const holder = (name: string) => model.aliases.find((alias) => alias.name === name)?.version;
  const { modelId, championVersion, challengerVersion, autoPromote } = rules;
  const by = { modelId, actor: "experiment", evidence: `experiments/${id}` };
  const last = findings.path.at(-1);
  const evidence = `${findings.metric} ${(last?.mean ?? 0).toPrecision(2)} a day over ${findings.dayCount} days, p ${findings.pValue.toPrecision(2)}`;
  if (findings.state === "better" && autoPromote && holder("champion") === championVersion) {
    return {
      alias: {
        ...by,
        alias: "champion" as const,
        version: challengerVersion,
        reason: `better: ${evidence}`,
      },
      expectedVersion: championVersion,
    };
  }
  if (findings.state === "worse" && holder("challenger") === challengerVersion) {
    return {
      alias: { ...by, alias: "challenger" as const, version: 0, reason: `worse: ${evidence}` },
      expectedVersion: challengerVersion,
    };
  }
  return undefined;
}

/** Evaluates an experiment on the days that there are. @throws {AppError} `EXPERIMENT_WITHOUT_DAYS`. */
export async function findingsOf(
  deps: ExperimentDeps,
  { target }: Model,
  { rules }: Experiment,
): Promise<ExperimentFindings> {
  const { modelId, championVersion, challengerVersion } = rules;
  const numbers = [championVersion, challengerVersion] as const;
  const [champion, challenger] = await evidenceOf(deps, modelId, numbers);
  return evaluate(target, rules, champion, challenger);
}

async function knownExperiment({ experiments }: ExperimentDeps, id: string): Promise<Experiment> {
  const found = isUuid(id) ? await experiments.find(id) : undefined;
  if (found === undefined) {
    throw new AppError("not-found", "EXPERIMENT_UNKNOWN", `There is no experiment ${id}.`, {
      violations: [{ field: "id", description: "names no experiment" }],
    });
  }
  return found;
}

async function numberOf(
  registry: ModelRegistry,
  { modelId }: ExperimentDraft,
  alias: "champion" | "challenger",
  number: number,
): Promise<number> {
  const name =
    number > 0
      ? ({ kind: "number", number } as const)
      : ({ kind: "alias", alias, atTime: "" } as const);
  return (await findVersion(registry, modelId, name)).version.number;
}

/**
 * Reads what two versions have forecast without having seen it: the days that they were replayed on,
 * and those since both were trained.
 */
async function evidenceOf(
  { registry, forecasts }: ExperimentDeps,
  modelId: string,
  numbers: readonly [number, number],
): Promise<[Replay, Replay]> {
  const versions = await registry.findVersions(numbers.map((number) => ({ modelId, number })));
  const trainedTo =
    versions
      .map(({ lineage }) => lineage.endDate)
      .sort()
      .at(-1) ?? "";
  const [first, second] = await Promise.all(
    numbers.map(async (number) => ({
      replay: (await registry.findReplay(modelId, number)) ?? NO_REPLAY,
      live: await forecasts.list(modelId, number, LIVE_DAYS_MAX, undefined),
    })),
  );
  return appendLive(first ?? NO_DAYS, second ?? NO_DAYS, trainedTo);
}

/** Days since training that are read of a version: ten years. */
const LIVE_DAYS_MAX = 2520;
const EMPTY = { rows: 0, cols: 0, values: new Float64Array() };
const NO_REPLAY: Replay = { symbols: [], dates: [], forecasts: EMPTY, outcomes: EMPTY };
const NO_DAYS = { replay: NO_REPLAY, live: [] };
