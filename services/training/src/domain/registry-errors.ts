import { AppError } from "@portfolio/platform/app-error";
import type { AliasName } from "./model-version.ts";

/** There is no model of this identifier. @param field - JSON path of what named it. */
export function modelUnknown(modelId: string, field = "model_id"): AppError {
  return new AppError("not-found", "MODEL_UNKNOWN", `There is no model ${modelId}.`, {
    violations: [{ field, description: "names no model" }],
  });
}

/** The model has no version of this number. */
export function versionUnknown(modelId: string, number: number): AppError {
  return new AppError(
    "not-found",
    "VERSION_UNKNOWN",
    `Model ${modelId} has no version ${number}.`,
    { violations: [{ field: "version", description: `model ${modelId} has none of this number` }] },
  );
}

/** No version has the alias, or had it then. */
export function aliasUnset(modelId: string, alias: AliasName, atTime: string): AppError {
  const when = atTime === "" ? "is" : `at ${atTime} was`;
  return new AppError(
    "not-found",
    "ALIAS_UNSET",
    `No version of model ${modelId} ${when} its ${alias}.`,
    { violations: [{ field: "alias", description: `no version ${when} ${alias}` }] },
  );
}

/** A version was to be added to a model that forecasts something else. */
export function targetMismatch(modelId: string): AppError {
  return new AppError(
    "failed-precondition",
    "MODEL_TARGET_MISMATCH",
    `Model ${modelId} forecasts something else. Name another model, or use its target.`,
    { violations: [{ field: "spec.target", description: `is not that of model ${modelId}` }] },
  );
}
