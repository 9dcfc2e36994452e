import { compareSkills, type SkillDifference, skillMeasure } from "../domain/daily-skill.ts";
import type { Model, Replay, Version } from "../domain/model-version.ts";
import { versionUnknown } from "../domain/registry-errors.ts";
import type { ModelRegistry } from "../ports.ts";
import { findModel } from "./find-version.ts";

/** Versions side by side. */
export interface Comparison {
  readonly model: Model;
  /** In the order that was asked for. */
  readonly versions: readonly Version[];
  /** Of each version but the first that shares at least two days with it. */
  readonly skills: readonly (SkillDifference & {
    readonly number: number;
    readonly metric: string;
  })[];
}

/**
 * Compares versions of a model with the first of them, on the days that both have forecast.
 *
 * @param numbers - At least two, each once.
 * @throws {AppError} `MODEL_UNKNOWN`, `VERSION_UNKNOWN`.
 */
export async function compareVersions(
  registry: ModelRegistry,
  modelId: string,
  numbers: readonly number[],
): Promise<Comparison> {
  const model = await findModel(registry, modelId);
  const found = await registry.findVersions(numbers.map((number) => ({ modelId, number })));
  const versions = numbers.map((number) => {
    const version = found.find((each) => each.number === number);
    if (version === undefined) {
      throw versionUnknown(modelId, number);
    }
    return version;
  });
  const [first, ...others] = numbers;
  const base = first === undefined ? undefined : await registry.findReplay(modelId, first);
  return { model, versions, skills: base ? await skillsOf(registry, model, base, others) : [] };
}

async function skillsOf(
  registry: ModelRegistry,
  { id, target }: Model,
  base: Replay,
  numbers: readonly number[],
): Promise<Comparison["skills"]> {
  const metric = skillMeasure(target).name;
  const skills = [];
  for (const number of numbers) {
    const replay = await registry.findReplay(id, number);
    const difference = replay && compareSkills(target, base, replay);
    if (difference !== undefined) {
      skills.push({ number, metric, ...difference });
    }
  }
  return skills;
}
