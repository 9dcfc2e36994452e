import { AppError } from "@portfolio/platform/app-error";
import { ArgumentError } from "@portfolio/quant";
import type { Attribution } from "../domain/attribution.ts";
import { cardDrift, cardExplanation } from "../domain/card-sections.ts";
import { skillMeasure } from "../domain/daily-skill.ts";
import { cardFigures, type ModelCard, selectionRisk, testDays } from "../domain/model-card.ts";
import type { MetricSeries, Version } from "../domain/model-version.ts";
import type { DatedSkill } from "../domain/overfitting.ts";
import type { ModelRegistry, MonitoringStore, Studies } from "../ports.ts";
import { attributionOf } from "./attribution.ts";
import { findVersion, type VersionName } from "./find-version.ts";
import type { ForecastDeps } from "./get-forecasts.ts";

/** Newest versions that the probability of overfitting compares. */
const COMPARED_MAX = 16;

/** What cards are gathered from. */
export type CardDeps = ForecastDeps & {
  readonly registry: ModelRegistry;
  readonly studies: Pick<Studies, "findOfTraining" | "listSkills">;
  readonly monitoring: Pick<MonitoringStore, "findLook">;
};

/** Why there may be no explanation at the moment: a card can do without. */
const AT_THE_MOMENT: ReadonlySet<string> = new Set([
  "PRICES_UNAVAILABLE",
  "SOLVER_BUSY",
  "SOLVER_TIMEOUT",
]);

/**
 * Gathers what is to be known of a version before it is relied on.
 *
 * @throws {AppError} `MODEL_UNKNOWN`, `VERSION_UNKNOWN`, `ALIAS_UNSET`.
 */
export async function modelCard(
  deps: CardDeps,
  modelId: string,
  name: VersionName,
): Promise<ModelCard> {
  const { registry, monitoring } = deps;
  const { model, version } = await findVersion(registry, modelId, name);
  const { number } = version;
  const alias = model.aliases.find((each) => each.name === "baseline");
  const numbers = newest(model.latestVersion, number);
  const [trialSkills, explanation, look, baseline, skills, ...logs] = await Promise.all([
    trialSkillsOf(deps, version),
    explanationOf(deps, version),
    monitoring.findLook(modelId, number),
    alias && registry.findVersion(modelId, alias.version),
    registry.findSeries(modelId, numbers, skillMeasure(model.target).name),
    registry.listStageChanges(modelId, number),
    registry.listVerifications(modelId, number),
  ]);
  const [stageChanges, verifications] = logs;
  const compared = numbers.flatMap((each): MetricSeries[] => {
    const series = skills.get(each);
    return series === undefined ? [] : [series];
  });
  return {
    model,
    version,
    figures: cardFigures(version, baseline),
    testDays: testDays(skills.get(number)),
    selection: selectionRisk(model, version, compared, trialSkills),
    stageChanges,
    verification: verifications[0],
    explanation: explanation && cardExplanation(explanation),
    drift: look && cardDrift(look),
  };
}

/** Reads the skill of the trials that chose a version's parameters; none where no study did. */
async function trialSkillsOf(
  { studies }: CardDeps,
  { jobId }: Version,
): Promise<readonly DatedSkill[]> {
  const study = jobId === undefined ? undefined : await studies.findOfTraining(jobId);
  return study === undefined ? [] : studies.listSkills(study.id);
}

async function explanationOf(deps: CardDeps, version: Version): Promise<Attribution | undefined> {
  try {
    return await attributionOf(deps, version);
  } catch (error) {
    // What an earlier code wrote may not be read any more.
    const isOld = error instanceof ArgumentError;
    if (isOld || (error instanceof AppError && AT_THE_MOMENT.has(error.reason))) {
      return undefined;
    }
    throw error;
  }
}

/** A version and the newest others. */
function newest(latest: number, number: number): number[] {
  const others = Array.from({ length: COMPARED_MAX }, (_, k) => latest - k);
  return [number, ...others.filter((each) => each !== number && each > 0)].slice(0, COMPARED_MAX);
}
