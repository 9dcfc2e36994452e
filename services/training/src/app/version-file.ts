import { createHash } from "node:crypto";
import { type Artifact, decodeArtifact, encodeArtifact, tensorOf } from "@portfolio/learning";
import { AppError } from "@portfolio/platform/app-error";
import { ArgumentError } from "@portfolio/quant";
import { readForecaster } from "../domain/forecaster.ts";
import type { MetricSeries, Replay, VersionDraft } from "../domain/model-version.ts";
import { type FileHeader, readFileHeader } from "./version-file-header.ts";

const HASH_BYTES = 32;

/** What a file says of a version. */
export type FiledVersion = Omit<VersionDraft, "stage" | "jobId" | "importHash">;

/**
 * Writes a version as a file: an artifact whose tensors are all that is long, and the SHA-256 of the
 * bytes before it. The same version gives the same file.
 */
export function encodeVersionFile(version: FiledVersion): Uint8Array {
  const { artifact, spec, replay, series, metrics, ...facts } = version;
  const header: FileHeader = {
    kind: "version",
    ...facts,
    // As text, which has not-a-number as well.
    metrics: metrics.map(({ name, value, standardError, fold }) => ({
      ...{ name, fold, value: String(value) },
      ...(standardError !== undefined && { standardError: String(standardError) }),
    })),
    series: series.map(({ name, unit }) => ({ name, unit })),
    replay: replay && { symbols: replay.symbols, dates: replay.dates },
  };
  const body = encodeArtifact({
    attributes: { ...header },
    tensors: { artifact, spec, ...seriesTensors(series), ...(replay && replayTensors(replay)) },
  });
  const file = new Uint8Array(body.length + HASH_BYTES);
  file.set(body);
  file.set(createHash("sha256").update(body).digest(), body.length);
  return file;
}

/**
 * Reads a file of a version.
 *
 * @throws {AppError} `ARTIFACT_CORRUPT`: it is no such file, or was changed since it was written.
 */
export function decodeVersionFile(file: Uint8Array): FiledVersion {
  const body = file.subarray(0, Math.max(0, file.length - HASH_BYTES));
  const hash = createHash("sha256").update(body).digest();
  if (Buffer.compare(hash, file.subarray(body.length)) !== 0) {
    throw corrupt("its hash is not that of its bytes");
  }
  try {
    return readBody(decodeArtifact(body));
  } catch (error) {
    if (error instanceof ArgumentError) {
      throw corrupt(error.message, error);
    }
    throw error;
  }
}

function readBody(body: Artifact): FiledVersion {
  const { series, replay, metrics, kind: _, ...facts } = readFileHeader(body.attributes);
  const artifact = namedBytes(body, "artifact", facts.lineage.artifactHash);
  const { target } = readForecaster(artifact);
  if (target.kind !== facts.target.kind || target.horizonDays !== facts.target.horizonDays) {
    throw new ArgumentError("the artifact forecasts something else than its version");
  }
  return {
    ...facts,
    artifact,
    spec: namedBytes(body, "spec", facts.lineage.specHash),
    metrics: metrics.map(({ name, value, standardError, fold }) => ({
      ...{ name, fold, value: Number(value) },
      standardError: standardError === undefined ? undefined : Number(standardError),
    })),
    series: series.map((entry, k) => readSeries(body, entry, k)),
    replay: replay && readReplay(body, replay),
  };
}

function namedBytes(body: Artifact, name: string, hash: string): Uint8Array {
  const bytes = tensorOf(body, name, Uint8Array);
  if (createHash("sha256").update(bytes).digest("hex") !== hash) {
    throw new ArgumentError(`the ${name} is not the one that its lineage names`);
  }
  return bytes;
}

function seriesTensors(series: readonly MetricSeries[]): Artifact["tensors"] {
  return Object.fromEntries(
    series.flatMap(({ points, values }, k) => [
      [`points${k}`, points] as const,
      [`values${k}`, values] as const,
    ]),
  );
}

function readSeries(
  body: Artifact,
  { name, unit }: FileHeader["series"][number],
  k: number,
): MetricSeries {
  const points = tensorOf(body, `points${k}`, Int32Array);
  return { name, unit, points, values: tensorOf(body, `values${k}`, Float64Array, points.length) };
}

function replayTensors({ forecasts, outcomes }: Replay): Artifact["tensors"] {
  return { forecasts: forecasts.values, outcomes: outcomes.values };
}

function readReplay(body: Artifact, { symbols, dates }: NonNullable<FileHeader["replay"]>): Replay {
  const [rows, cols] = [dates.length, symbols.length];
  const matrix = (name: string) => ({
    ...{ rows, cols },
    values: tensorOf(body, name, Float64Array, rows * cols),
  });
  return { symbols, dates, forecasts: matrix("forecasts"), outcomes: matrix("outcomes") };
}

function corrupt(why: string, cause?: unknown): AppError {
  return new AppError("invalid-argument", "ARTIFACT_CORRUPT", `This is no version: ${why}.`, {
    cause,
    violations: [{ field: "content", description: why }],
  });
}
