import { createHash } from "node:crypto";
import { encodeArtifact, encodeForecastModel } from "@portfolio/learning";
import { describe, expect, it } from "vitest";
import { decodeVersionFile } from "./version-file.ts";

const SPEC = Uint8Array.of(1);
const HASH = "0".repeat(64);
const artifact = encodeForecastModel({
  target: { kind: "rank", horizonDays: 21 },
  rule: { kind: "baseline", name: "momentum" },
  intervalRadius: 0.4,
});
const HEADER = {
  kind: "version",
  modelId: "rank-21d",
  title: "Momentum",
  target: { kind: "rank", horizonDays: 21 },
  lineage: {
    dataset: { id: "sample", revision: 3 },
    ...{
      contentHash: HASH,
      specHash: hashOf(SPEC),
      startDate: "1990-01-02",
      endDate: "2022-12-28",
    },
    ...{
      featureVersion: "price-features/1",
      codeVersion: "baseline/1",
      backend: "native",
      device: "CPU, WebAssembly",
    },
    artifactHash: hashOf(artifact),
    parents: [],
  },
  metrics: [{ name: "rank_ic", value: "0.1", fold: 0 }],
  series: [],
};

function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** A file with a right hash, whatever it says. */
function fileOf(attributes: object, tensors = {}): Uint8Array {
  const body = encodeArtifact({
    attributes: { ...attributes },
    tensors: { artifact, spec: SPEC, ...tensors },
  });
  return Buffer.concat([body, createHash("sha256").update(body).digest()]);
}

describe("decodeVersionFile", () => {
  it("reads what is whole", () => {
    expect(decodeVersionFile(fileOf(HEADER))).toMatchObject({
      modelId: "rank-21d",
      metrics: [{ name: "rank_ic", value: 0.1, standardError: undefined, fold: 0 }],
    });
  });

  it.each<[string, object, RegExp]>([
    ["another kind of file", { ...HEADER, kind: "forecast" }, /kind/u],
    ["a name that is none", { ...HEADER, modelId: "../x" }, /modelId/u],
    ["a title of control characters", { ...HEADER, title: "\u0000" }, /title/u],
    ["another horizon", { ...HEADER, target: { kind: "rank", horizonDays: 5 } }, /something else/u],
    ["no lineage", { ...HEADER, lineage: undefined }, /lineage/u],
    [
      "the hash of another artifact",
      { ...HEADER, lineage: { ...HEADER.lineage, artifactHash: HASH } },
      /artifact is not the one/u,
    ],
    [
      "the hash of another specification",
      { ...HEADER, lineage: { ...HEADER.lineage, specHash: HASH } },
      /spec is not the one/u,
    ],
    ["a metric without a name", { ...HEADER, metrics: [{}] }, /metrics\[0\]\.name/u],
    ["series without numbers", { ...HEADER, series: [{ name: "x", unit: "day" }] }, /points0/u],
    [
      "a replay of another shape",
      { ...HEADER, replay: { symbols: ["A"], dates: ["2020-01-01"] } },
      /forecasts/u,
    ],
    ["dates that are none", { ...HEADER, replay: { symbols: [], dates: ["today"] } }, /dates/u],
  ])("refuses %s", (_, header, message) => {
    expect(() => decodeVersionFile(fileOf(header))).toThrow(message);
    expect(() => decodeVersionFile(fileOf(header))).toThrow(
      expect.objectContaining({ reason: "ARTIFACT_CORRUPT" }),
    );
  });
});
