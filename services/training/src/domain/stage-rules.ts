import { AppError, type FieldViolation } from "@portfolio/platform/app-error";
import { skillMeasure } from "./daily-skill.ts";
import type { AliasName, Model, Stage, Version } from "./model-version.ts";

/** Stages that each stage may be followed by. */
const NEXT_STAGES: Readonly<Record<Stage, readonly Stage[]>> = {
  draft: ["validated", "retired"],
  validated: ["shadow", "production", "retired"],
  shadow: ["validated", "canary", "production", "retired"],
  canary: ["shadow", "production", "retired"],
  production: ["shadow", "canary", "retired"],
  retired: ["validated"],
};

/** Stages in which a version may have each alias. */
const ALIAS_STAGES: Readonly<Record<AliasName, readonly Stage[]>> = {
  champion: ["validated", "shadow", "canary", "production"],
  challenger: ["validated", "shadow", "canary", "production"],
  shadow: ["validated", "shadow", "canary", "production"],
  baseline: ["draft", "validated", "shadow", "canary", "production"],
};

/** A version and what it is judged beside. */
export interface Standing {
  readonly model: Model;
  readonly version: Version;
  /** The version that has the alias `baseline`, if there is one. */
  readonly baseline: Version | undefined;
}

/**
 * Requires that a version may move to another stage: a way leads there; it was measured, unless it
 * is retired; it has no alias, if it is retired; for production it is no worse than the baseline,
 * or there is a reason why it serves all the same.
 *
 * @throws {AppError} `STAGE_UNSUITABLE`, with a violation for each of these.
 */
export function requireStageChange(standing: Standing, to: Stage, reason: string): void {
  const { model, version } = standing;
  const violations: FieldViolation[] = [];
  if (!NEXT_STAGES[version.stage].includes(to)) {
    const ways = NEXT_STAGES[version.stage].join(", ");
    const description = `a version in stage ${version.stage} cannot become ${to}, only: ${ways}`;
    violations.push({ field: "stage", description });
  }
  if (to === "retired") {
    violations.push(...aliasesHeld(model, version.number));
  } else {
    violations.push(...unmeasured(version));
  }
  if (to === "production") {
    violations.push(...worseThanBaseline(standing, reason));
  }
  refuseIfAny(`Version ${version.number} of ${model.id} cannot become ${to}`, violations);
}

/**
 * Requires that a version may have an alias: its stage allows it; a champion was measured, and is no
 * worse than the baseline, or there is a reason why it serves all the same.
 *
 * @throws {AppError} `STAGE_UNSUITABLE`, with a violation for each of these.
 */
export function requireAliasChange(standing: Standing, alias: AliasName, reason: string): void {
  const { model, version } = standing;
  const violations: FieldViolation[] = [];
  if (!ALIAS_STAGES[alias].includes(version.stage)) {
    const stages = ALIAS_STAGES[alias].join(", ");
    const description = `is in stage ${version.stage}: ${alias} is for ${stages}`;
    violations.push({ field: "version", description });
  }
  if (alias === "champion") {
    violations.push(...unmeasured(version), ...worseThanBaseline(standing, reason));
  }
  refuseIfAny(`Version ${version.number} of ${model.id} cannot be ${alias}`, violations);
}

/** Finds the figure of all folds by which a version is judged. */
export function headline({ target }: Model, version: Version): number | undefined {
  const { name } = skillMeasure(target);
  const metric = version.metrics.find((each) => each.name === name && each.fold === 0);
  return metric && Number.isFinite(metric.value) ? metric.value : undefined;
}

function unmeasured({ number, metrics }: Version): FieldViolation[] {
  return metrics.some(({ fold, value }) => fold === 0 && Number.isFinite(value))
    ? []
    : [{ field: "version", description: `version ${number} was not measured on unseen days` }];
}

function aliasesHeld({ aliases }: Model, number: number): FieldViolation[] {
  return aliases
    .filter(({ version }) => version === number)
    .map(({ name }) => ({ field: "version", description: `is ${name}: give that alias away` }));
}

function worseThanBaseline(
  { model, version, baseline }: Standing,
  reason: string,
): FieldViolation[] {
  const own = headline(model, version);
  const least = baseline && headline(model, baseline);
  if (own === undefined || least === undefined || reason.trim() !== "") {
    return [];
  }
  const { name, isLoss } = skillMeasure(model.target);
  if (isLoss ? own <= least : own >= least) {
    return [];
  }
  const figures = `${name} of ${own.toPrecision(3)}, the baseline one of ${least.toPrecision(3)}`;
  const description = `version ${version.number} has a ${figures}: give a reason to use it`;
  return [{ field: "reason", description }];
}

function refuseIfAny(sentence: string, violations: readonly FieldViolation[]): void {
  if (violations.length > 0) {
    const details = violations.map(({ description }) => description).join("; ");
    throw new AppError("failed-precondition", "STAGE_UNSUITABLE", `${sentence}: ${details}.`, {
      violations,
    });
  }
}
