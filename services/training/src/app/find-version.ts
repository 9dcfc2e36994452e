import type { AliasName, Model, Version } from "../domain/model-version.ts";
import { aliasUnset, modelUnknown, versionUnknown } from "../domain/registry-errors.ts";
import type { ModelRegistry } from "../ports.ts";

/** Names a version of a model. */
export type VersionName =
  | { readonly kind: "number"; readonly number: number }
  | {
      readonly kind: "alias";
      readonly alias: AliasName;
      /** RFC 3339: the version that had it then. Empty means now. */
      readonly atTime: string;
    };

/** @param field - JSON path of the identifier. @throws {AppError} `MODEL_UNKNOWN`. */
export async function findModel(
  registry: ModelRegistry,
  id: string,
  field?: string,
): Promise<Model> {
  const model = await registry.findModel(id);
  if (model === undefined) {
    throw modelUnknown(id, field);
  }
  return model;
}

/**
 * Finds a version by its number or an alias.
 *
 * @throws {AppError} `MODEL_UNKNOWN`, `VERSION_UNKNOWN`, `ALIAS_UNSET`.
 */
export async function findVersion(
  registry: ModelRegistry,
  modelId: string,
  name: VersionName,
): Promise<{ readonly model: Model; readonly version: Version }> {
  const model = await findModel(registry, modelId);
  const number = name.kind === "number" ? name.number : await holderOf(registry, modelId, name);
  const version = await registry.findVersion(modelId, number);
  if (version === undefined) {
    throw versionUnknown(modelId, number);
  }
  return { model, version };
}

async function holderOf(
  registry: ModelRegistry,
  modelId: string,
  { alias, atTime }: Extract<VersionName, { kind: "alias" }>,
): Promise<number> {
  const number = await registry.findAlias(modelId, alias, atTime || undefined);
  if (number === undefined) {
    throw aliasUnset(modelId, alias, atTime);
  }
  return number;
}
