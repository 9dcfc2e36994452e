import { createHash } from "node:crypto";
import { AppError } from "@portfolio/platform/app-error";
import { versionUnknown } from "../domain/registry-errors.ts";
import type { ModelRegistry } from "../ports.ts";
import { findVersion } from "./find-version.ts";
import { encodeVersionFile } from "./version-file.ts";

/** Leaves room for the rest of a message between services. */
const FILE_BYTES_MAX = 60 * 1024 * 1024;

/** A version in a file. */
export interface VersionFile {
  readonly fileName: string;
  readonly content: Uint8Array;
  /** SHA-256 in lower-case hexadecimal. */
  readonly contentHash: string;
}

/**
 * Writes a version into a file.
 *
 * @throws {AppError} `MODEL_UNKNOWN`, `VERSION_UNKNOWN`, `VERSION_FILE_TOO_LARGE`.
 */
export async function exportVersion(
  registry: ModelRegistry,
  modelId: string,
  number: number,
  withoutReplay: boolean,
): Promise<VersionFile> {
  const { model, version } = await findVersion(registry, modelId, { kind: "number", number });
  const [artifact, replay, series] = await Promise.all([
    registry.findArtifact(version.lineage.artifactHash),
    withoutReplay ? undefined : registry.findReplay(modelId, number),
    registry.listSeries(modelId, number),
  ]);
  if (artifact === undefined) {
    throw versionUnknown(modelId, number);
  }
  const { title, spec, lineage, metrics } = version;
  const content = encodeVersionFile({
    ...{ modelId, title, spec, lineage, metrics, series, artifact, replay },
    target: model.target,
  });
  if (content.length > FILE_BYTES_MAX) {
    throw new AppError(
      "resource-exhausted",
      "VERSION_FILE_TOO_LARGE",
      `The file has ${content.length} bytes, over ${FILE_BYTES_MAX}. Leave its replay out.`,
    );
  }
  return {
    fileName: `${modelId}-${number}.version`,
    content,
    contentHash: createHash("sha256").update(content).digest("hex"),
  };
}
