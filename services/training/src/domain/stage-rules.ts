import { AppError } from "@portfolio/platform/app-error";
import type { AliasName, Stage } from "./model-version.ts";

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

/** @throws {AppError} `STAGE_UNSUITABLE`: no way leads from one stage to the other. */
export function requireStageChange(from: Stage, to: Stage): void {
  if (!NEXT_STAGES[from].includes(to)) {
    const ways = NEXT_STAGES[from].join(", ");
    throw unsuitable(`A version in stage ${from} cannot become ${to}, only: ${ways}.`, "stage");
  }
}

/** @throws {AppError} `STAGE_UNSUITABLE`: a version in this stage cannot have the alias. */
export function requireAliasStage(alias: AliasName, stage: Stage): void {
  if (!ALIAS_STAGES[alias].includes(stage)) {
    const stages = ALIAS_STAGES[alias].join(", ");
    throw unsuitable(
      `A version in stage ${stage} cannot be ${alias}, only one in: ${stages}.`,
      "version",
    );
  }
}

function unsuitable(message: string, field: string): AppError {
  return new AppError("failed-precondition", "STAGE_UNSUITABLE", message, {
    violations: [{ field, description: message }],
  });
}
