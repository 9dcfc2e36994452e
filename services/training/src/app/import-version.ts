import { createHash } from "node:crypto";
import type { Model, Version } from "../domain/model-version.ts";
import type { ModelRegistry } from "../ports.ts";
import { findModel } from "./find-version.ts";
import { decodeVersionFile } from "./version-file.ts";

/**
 * Adds the version of a file as a draft. Its lineage stays; no job is named, as none of this system
 * has trained it.
 *
 * @param modelId - Empty means the model that the file names.
 * @returns The version, or the one of the same file that is there already.
 * @throws {AppError} `ARTIFACT_CORRUPT`, `ARTIFACT_TOO_LARGE`, `MODEL_TARGET_MISMATCH`.
 */
export async function importVersion(
  registry: ModelRegistry,
  content: Uint8Array,
  modelId: string,
): Promise<{ readonly model: Model; readonly version: Version }> {
  const filed = decodeVersionFile(content);
  const id = modelId || filed.modelId;
  const version = await registry.addVersion({
    ...filed,
    modelId: id,
    stage: "draft",
    jobId: undefined,
    importHash: createHash("sha256").update(content).digest("hex"),
  });
  return { model: await findModel(registry, id), version };
}
