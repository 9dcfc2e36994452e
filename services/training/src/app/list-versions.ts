import type { Model, Version } from "../domain/model-version.ts";
import type { ModelRegistry } from "../ports.ts";
import { findModel } from "./find-version.ts";
import { type Page, pageOf, readPageToken } from "./page-token.ts";

/** What to list of a model. */
export interface VersionQuery {
  readonly modelId: string;
  readonly pageSize: number;
  readonly pageToken: string;
  /** Metrics to read; empty means all. */
  readonly metricNames: readonly string[];
}

/** A page of versions, newest first, and their model. */
export interface VersionPage extends Page<Version> {
  readonly model: Model;
}

/**
 * Lists versions of a model, newest first.
 *
 * @throws {AppError} `MODEL_UNKNOWN`, `PAGE_TOKEN_INVALID`.
 */
export async function listVersions(
  registry: ModelRegistry,
  { modelId, pageSize, pageToken, metricNames }: VersionQuery,
): Promise<VersionPage> {
  const end = readPageToken("versions", pageToken);
  const [model, found] = await Promise.all([
    findModel(registry, modelId),
    registry.listVersions(modelId, pageSize + 1, end === undefined ? undefined : Number(end)),
  ]);
  const page = pageOf(found, pageSize, ({ number }) => number);
  if (metricNames.length === 0) {
    return { ...page, model };
  }
  const wanted = new Set(metricNames);
  const items = page.items.map((version) => ({
    ...version,
    metrics: version.metrics.filter(({ name }) => wanted.has(name)),
  }));
  return { ...page, items, model };
}
