import type { AliasChange } from "../domain/model-version.ts";
import type { ModelRegistry } from "../ports.ts";
import { findModel } from "./find-version.ts";
import { type Page, pageOf, readPageToken } from "./page-token.ts";

/**
 * Lists who gave which alias to what when, newest first.
 *
 * @throws {AppError} `MODEL_UNKNOWN`, `PAGE_TOKEN_INVALID`.
 */
export async function listAliasChanges(
  registry: ModelRegistry,
  modelId: string,
  pageSize: number,
  pageToken: string,
): Promise<Page<AliasChange>> {
  const beforeTime = readPageToken("times", pageToken);
  const [found] = await Promise.all([
    registry.listAliasChanges(modelId, pageSize + 1, beforeTime),
    findModel(registry, modelId),
  ]);
  return pageOf(found, pageSize, ({ createTime }) => createTime);
}
