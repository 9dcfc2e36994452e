import { skillMeasure } from "../domain/daily-skill.ts";
import { cardFigures, type ModelCard, selectionRisk, testDays } from "../domain/model-card.ts";
import type { MetricSeries } from "../domain/model-version.ts";
import type { ModelRegistry } from "../ports.ts";
import { findVersion, type VersionName } from "./find-version.ts";

/** Newest versions that the probability of overfitting compares. */
const COMPARED_MAX = 16;

/**
 * Gathers what is to be known of a version before it is relied on.
 *
 * @throws {AppError} `MODEL_UNKNOWN`, `VERSION_UNKNOWN`, `ALIAS_UNSET`.
 */
export async function modelCard(
  registry: ModelRegistry,
  modelId: string,
  name: VersionName,
): Promise<ModelCard> {
  const { model, version } = await findVersion(registry, modelId, name);
  const { number } = version;
  const alias = model.aliases.find((each) => each.name === "baseline");
  const numbers = newest(model.latestVersion, number);
  const [baseline, skills, stageChanges, verifications] = await Promise.all([
    alias && registry.findVersion(modelId, alias.version),
    registry.findSeries(modelId, numbers, skillMeasure(model.target).name),
    registry.listStageChanges(modelId, number),
    registry.listVerifications(modelId, number),
  ]);
  const compared = numbers.flatMap((each): MetricSeries[] => {
    const series = skills.get(each);
    return series === undefined ? [] : [series];
  });
  return {
    model,
    version,
    figures: cardFigures(version, baseline),
    testDays: testDays(skills.get(number)),
    selection: selectionRisk(model, version, compared),
    stageChanges,
    verification: verifications[0],
  };
}

/** A version and the newest others. */
function newest(latest: number, number: number): number[] {
  const others = Array.from({ length: COMPARED_MAX }, (_, k) => latest - k);
  return [number, ...others.filter((each) => each !== number && each > 0)].slice(0, COMPARED_MAX);
}
