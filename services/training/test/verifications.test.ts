import { createHash } from "node:crypto";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { type Client, createClient } from "@connectrpc/connect";
import { ModelService } from "@portfolio/gen/portfolio/training/v1/model_service_pb.js";
import { TrainingService } from "@portfolio/gen/portfolio/training/v1/training_service_pb.js";
import {
  Architecture,
  TargetKind,
  type TrainingSpecSchema,
} from "@portfolio/gen/portfolio/training/v1/training_spec_pb.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failureOf } from "./failure-of.ts";
import { startTestTraining, type TestTraining } from "./test-training.ts";

const SPEC: MessageInitShape<typeof TrainingSpecSchema> & { readonly modelId: string } = {
  modelId: "rank-10d",
  target: { kind: TargetKind.RANK, horizonDays: 10 },
  symbols: ["AAPL", "BAC", "CVX", "JNJ", "KO", "MSFT"],
  startDate: "2018-01-01",
  endDate: "2020-12-31",
  validation: { scheme: { case: "walkForward", value: { foldCount: 2 } } },
};

const NETWORK = { architecture: Architecture.PERCEPTRON, width: 4, epochCountMax: 2 };

let service: TestTraining;
let models: Client<typeof ModelService>;

beforeAll(async () => {
  service = await startTestTraining();
  models = createClient(ModelService, service.transport);
  const trainings = createClient(TrainingService, service.transport);
  const { job } = await trainings.startTraining({
    spec: { ...SPEC, learner: { method: { case: "network", value: NETWORK } } },
  });
  expect((await service.ended(job?.id ?? "")).error).toBeUndefined();
}, 60_000);
afterAll(() => service.close());

async function verify(number: number, requestId = "") {
  const { job } = await models.verifyVersion({ modelId: SPEC.modelId, number, requestId });
  const ended = await service.ended(job?.id ?? "");
  const version = { case: "number", value: number } as const;
  const { verifications } = await models.getVersion({ modelId: SPEC.modelId, version });
  return { job: ended, verifications };
}

describe("VerifyVersion", () => {
  it("trains a version again and finds every bit the same", async () => {
    const { job, verifications } = await verify(1, "once");
    const original = await service.registry.findVersion(SPEC.modelId, 1);

    expect(job).toMatchObject({
      ...{ state: "succeeded", kind: "verification", error: undefined },
      resultReference: "models/rank-10d/versions/1",
      ownerReference: "models/rank-10d/versions/1",
    });
    expect(verifications).toMatchObject([
      { equal: true, differences: [], artifactHash: original?.lineage.artifactHash, jobId: job.id },
    ]);
    const again = await models.verifyVersion({
      ...{ modelId: SPEC.modelId, number: 1 },
      requestId: "once",
    });
    expect(again.job?.id).toBe(job.id);
    const { card, markdown } = await models.getModelCard({
      modelId: SPEC.modelId,
      version: { case: "number", value: 1 },
    });
    expect(card?.verification?.equal).toBe(true);
    expect(markdown).toContain("every bit the same");
  });

  it("says what is not the same", async () => {
    const { registry } = service;
    const original = await registry.findVersion(SPEC.modelId, 1);
    const replay = await registry.findReplay(SPEC.modelId, 1);
    if (original === undefined || replay === undefined) throw new Error("it was not trained");
    const artifact = Uint8Array.of(1, 2, 3);
    const artifactHash = createHash("sha256").update(artifact).digest("hex");
    const forecasts = { ...replay.forecasts, values: replay.forecasts.values.slice() };
    forecasts.values[0] = 0.123;
    await registry.addVersion({
      ...original,
      target: { kind: "rank", horizonDays: 10 },
      lineage: { ...original.lineage, artifactHash },
      metrics: original.metrics.map((metric) => ({ ...metric, value: metric.value + 1e-15 })),
      ...{ series: [], artifact, replay: { ...replay, forecasts }, jobId: undefined },
    });

    const { verifications } = await verify(2);

    expect(verifications).toMatchObject([
      { equal: false, differences: ["artifact", "forecasts", "metrics"] },
    ]);
  });

  it("is of a version that there is", async () => {
    const call = models.verifyVersion({ modelId: SPEC.modelId, number: 9 });

    expect(await failureOf(call)).toMatchObject({ reason: "VERSION_UNKNOWN" });
  });
});
