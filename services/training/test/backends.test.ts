import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, createClient } from "@connectrpc/connect";
import { ForecastService } from "@portfolio/gen/portfolio/training/v1/forecast_service_pb.js";
import { ModelService } from "@portfolio/gen/portfolio/training/v1/model_service_pb.js";
import { TrainingService } from "@portfolio/gen/portfolio/training/v1/training_service_pb.js";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { failureOf } from "./failure-of.ts";
import { MODEL_ID, NETWORK, RIDGE, SPEC, trainSmall } from "./small-training.ts";
import { startTestTraining, type TestTraining } from "./test-training.ts";

// Each waits for processes, of which a busy machine starts few a minute.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

function largestDifference(x: Float64Array, y: Float64Array): number {
  return x.reduce((largest, value, k) => {
    const difference = Math.abs(value - (y[k] ?? Number.POSITIVE_INFINITY));
    return Number.isNaN(value) && Number.isNaN(y[k]) ? largest : Math.max(largest, difference);
  }, 0);
}

describe("a service whose ML_BACKEND is cpu", () => {
  let service: TestTraining;
  let models: Client<typeof ModelService>;
  beforeAll(async () => {
    service = await startTestTraining(undefined, { setting: "cpu" });
    models = createClient(ModelService, service.transport);
    expect((await trainSmall(service, NETWORK)).error).toBeUndefined();
  });
  afterAll(() => service.close());

  it("trains a network there, and says so", async () => {
    const version = { case: "number", value: 1 } as const;
    const { version: found } = await models.getVersion({ modelId: MODEL_ID, version });
    const { markdown } = await models.getModelCard({ modelId: MODEL_ID, version });

    expect(found?.lineage).toMatchObject({ backend: "cpu", device: "CPU, JavaScript" });
    expect(markdown).toContain("cpu: CPU, JavaScript");
    const figures = () => service.metrics.registry.metrics();
    expect(await figures()).toMatch(
      /portfolio_training_backend_info\{backend="cpu",device="CPU, JavaScript".*\} 1/,
    );
    // The job is seen to have ended before its worker has taken note.
    await vi.waitFor(
      async () =>
        expect(await figures()).toMatch(
          /portfolio_training_duration_seconds_count\{.*backend="cpu".*\} 1/,
        ),
      10_000,
    );
  });

  it("forecasts natively as a version that was trained natively, within 1e-4", async () => {
    const native = await startTestTraining();
    try {
      expect((await trainSmall(native, NETWORK)).error).toBeUndefined();
      const [own, other] = await Promise.all(
        [service, native].map(async ({ registry, transport }) => {
          const replay = await registry.findReplay(MODEL_ID, 1);
          const { forecasts } = await createClient(ForecastService, transport).getForecasts({
            version: { modelId: MODEL_ID, version: { case: "number", value: 1 } },
            symbols: SPEC.symbols,
          });
          const live = Float64Array.from(forecasts, ({ score }) => score);
          return { replay: replay?.forecasts.values ?? new Float64Array(0), live };
        }),
      );

      expect(own?.replay.length).toBeGreaterThan(1000);
      expect(
        largestDifference(own?.replay ?? new Float64Array(0), other?.replay ?? new Float64Array(0)),
      ).toBeLessThan(1e-4);
      expect(own?.live).toHaveLength(6);
      expect(
        largestDifference(own?.live ?? new Float64Array(0), other?.live ?? new Float64Array(0)),
      ).toBeLessThan(1e-4);
      const version = await native.registry.findVersion(MODEL_ID, 1);
      expect(version?.lineage).toMatchObject({ backend: "native", device: "CPU, WebAssembly" });
    } finally {
      await native.close();
    }
  });

  it("stops a network in training when it is cancelled, and makes no version of it", async () => {
    const value = { ...NETWORK.method.value, width: 64, memberCount: 20, epochCountMax: 1000 };
    const learner = { method: { case: "network", value } } as const;
    const trainings = createClient(TrainingService, service.transport);
    const { job } = await trainings.startTraining({ spec: { ...SPEC, learner } });
    const jobId = job?.id ?? "";
    await vi.waitFor(
      async () => expect((await service.jobs.find(jobId))?.progress?.message).toBe("Fold 1 of 2"),
      60_000,
    );
    const before = await models.getModel({ id: MODEL_ID });

    await service.jobs.cancel(jobId);
    const ended = await service.ended(jobId);

    expect(ended).toMatchObject({ state: "cancelled", attempt: 1, resultReference: "" });
    expect((await models.getModel({ id: MODEL_ID })).model).toEqual(before.model);
  });

  it("computes all but networks natively", async () => {
    const { resultReference } = await trainSmall(service, RIDGE);
    const number = Number(resultReference.split("/").at(-1));

    const version = await service.registry.findVersion(MODEL_ID, number);
    expect(version?.lineage.backend).toBe("native");
  });

  it("verifies no version whose bits do not come again", async () => {
    const call = models.verifyVersion({ modelId: MODEL_ID, number: 1 });

    expect(await failureOf(call)).toMatchObject({
      reason: "VERSION_NOT_REPRODUCIBLE",
      message: expect.stringContaining("computed by cpu"),
    });
  });
});

describe("a service whose ML_BACKEND is not installed", () => {
  const packagesDirectory = mkdtempSync(join(tmpdir(), "packages-"));
  afterAll(() => rmSync(packagesDirectory, { recursive: true }));

  it("trains no network rather than on the processor, and all else", async () => {
    const service = await startTestTraining(undefined, { setting: "webgpu", packagesDirectory });
    try {
      const network = await trainSmall(service, NETWORK);
      const ridge = await trainSmall(service, RIDGE);

      expect(network).toMatchObject({
        state: "failed",
        error: {
          reason: "BACKEND_UNAVAILABLE",
          description: expect.stringContaining(
            "webgpu is not installed. Run npm i --no-save webgpu@",
          ),
        },
      });
      expect(ridge.error).toBeUndefined();
      expect(await service.metrics.registry.metrics()).toMatch(
        /portfolio_training_backend_info\{backend="webgpu",device="".*\} 0/,
      );
    } finally {
      await service.close();
    }
  });

  it("trains natively where any would do", async () => {
    const service = await startTestTraining(undefined, { setting: "auto", packagesDirectory });
    try {
      expect((await trainSmall(service, NETWORK)).error).toBeUndefined();

      const version = await service.registry.findVersion(MODEL_ID, 1);
      expect(version?.lineage.backend).toBe("native");
    } finally {
      await service.close();
    }
  });
});
