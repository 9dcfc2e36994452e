import type { Model, Version } from "../domain/model-version.ts";
import type { ModelRegistry } from "../ports.ts";
import { type Page, pageOf, readPageToken } from "./page-token.ts";

/** A page of models, with the champion of each that has one. */
export interface ModelPage extends Page<Model> {
  readonly champions: readonly Version[];
}

/**
 * Lists models by identifier.
 *
 * @throws {AppError} `PAGE_TOKEN_INVALID`.
 */
export async function listModels(
  registry: ModelRegistry,
  pageSize: number,
  pageToken: string,
): Promise<ModelPage> {
  const afterId = readPageToken("models", pageToken);
  const found = await registry.listModels(pageSize + 1, afterId);
  const page = pageOf(found, pageSize, ({ id }) => id);
  const champions = page.items.flatMap(({ id, aliases }) =>
    aliases.flatMap(({ name, version }) =>
      name === "champion" ? [{ modelId: id, number: version }] : [],
    ),
  );
  return { ...page, champions: await registry.findVersions(champions) };
}
