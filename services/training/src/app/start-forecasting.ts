import { AppError } from "@portfolio/platform/app-error";
import type { Job } from "@portfolio/platform/jobs/job";
import type { Jobs } from "@portfolio/platform/jobs/jobs";
import type { DatasetReference } from "../domain/training-spec.ts";
import type { ModelRegistry } from "../ports.ts";
import { findModel, findVersion } from "./find-version.ts";

/** Days to forecast: those since the last, of some versions of a model. */
export interface ForecastingRequest {
  readonly modelId: string;
  /** Their numbers; empty means those that have an alias. */
  readonly versions: readonly number[];
  /** Undefined means that of each version, at its newest revision. */
  readonly dataset: DatasetReference | undefined;
  /** Empty means none. */
  readonly requestId: string;
}

/** What a job is given. */
export type ForecastingPayload = Pick<ForecastingRequest, "modelId" | "versions" | "dataset">;

/** What starting works with. */
export interface StartForecastingDeps {
  readonly registry: ModelRegistry;
  readonly jobs: Pick<Jobs, "enqueue">;
}

/**
 * Starts a job that forecasts the days since the last.
 *
 * @throws {AppError} `MODEL_UNKNOWN`, `VERSION_UNKNOWN`, `ALIAS_UNSET`, `REQUEST_ID_REUSED`.
 */
export async function startForecasting(
  { registry, jobs }: StartForecastingDeps,
  { modelId, versions, dataset, requestId }: ForecastingRequest,
): Promise<Job> {
  const model = await findModel(registry, modelId);
  const named = new Set(model.aliases.map(({ version }) => version));
  const chosen = versions.length > 0 ? [...versions] : [...named].sort((a, b) => a - b);
  if (chosen.length === 0) {
    throw new AppError("not-found", "ALIAS_UNSET", `No version of model ${modelId} has an alias.`, {
      violations: [{ field: "versions", description: "name at least one" }],
    });
  }
  await Promise.all(
    chosen.map((number) => findVersion(registry, modelId, { kind: "number", number })),
  );
  const payload: ForecastingPayload = { modelId, versions: chosen, dataset };
  return await jobs.enqueue({
    kind: "forecast",
    payload: Buffer.from(JSON.stringify(payload)),
    title: `Forecasts of ${modelId}`,
    ownerReference: `models/${modelId}`,
    idempotencyKey: requestId,
  });
}
