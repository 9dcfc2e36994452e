import type { StoredForecasts, Version } from "../domain/model-version.ts";
import type { ForecastStore, ModelRegistry } from "../ports.ts";
import { findVersion } from "./find-version.ts";
import { type Page, pageOf, readPageToken } from "./page-token.ts";

/** What listing works with. */
export interface ListForecastsDeps {
  readonly registry: ModelRegistry;
  readonly forecasts: ForecastStore;
}

/** Forecasts of which version to list. */
export interface ForecastQuery {
  readonly modelId: string;
  readonly number: number;
  readonly pageSize: number;
  readonly pageToken: string;
}

/**
 * Lists forecasts that were kept, newest day first.
 *
 * @throws {AppError} `MODEL_UNKNOWN`, `VERSION_UNKNOWN`, `PAGE_TOKEN_INVALID`.
 */
export async function listForecasts(
  { registry, forecasts }: ListForecastsDeps,
  { modelId, number, pageSize, pageToken }: ForecastQuery,
): Promise<Page<StoredForecasts> & { readonly version: Version }> {
  const end = readPageToken("dates", pageToken);
  const { version } = await findVersion(registry, modelId, { kind: "number", number });
  const found = await forecasts.list(modelId, number, pageSize + 1, end);
  return { ...pageOf(found, pageSize, ({ date }) => date), version };
}
