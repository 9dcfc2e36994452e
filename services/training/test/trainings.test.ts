import type { MessageInitShape } from "@bufbuild/protobuf";
import { type Client, createClient } from "@connectrpc/connect";
import { ForecastService } from "@portfolio/gen/portfolio/training/v1/forecast_service_pb.js";
import { TrainingService } from "@portfolio/gen/portfolio/training/v1/training_service_pb.js";
import {
  Architecture,
  Baseline,
  TargetKind,
  type TrainingSpecSchema,
} from "@portfolio/gen/portfolio/training/v1/training_spec_pb.js";
import { newRequestId } from "@portfolio/platform/rpc/request-id";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { readForecaster } from "../src/domain/forecaster.ts";
import { failureOf } from "./failure-of.ts";
import { startTestTraining, type TestTraining } from "./test-training.ts";

// Each waits for processes, of which a busy machine starts few a minute.
vi.setConfig({ testTimeout: 180_000 });

const SYMBOLS = ["AAPL", "BAC", "CVX", "JNJ", "KO", "MSFT"];
const RANK = { kind: TargetKind.RANK, horizonDays: 10 };
/** Small: three years of six assets. */
const SPEC = {
  modelId: "rank-10d",
  target: RANK,
  symbols: SYMBOLS,
  startDate: "2018-01-01",
  endDate: "2021-12-31",
  validation: { scheme: { case: "walkForward", value: { foldCount: 2 } } },
} as const;

/** What is asked for instead, the reason of the refusal, and the first field at fault. */
type Refusal = [
  string,
  Omit<MessageInitShape<typeof TrainingSpecSchema>, "$typeName">,
  string,
  string | undefined,
];

let service: TestTraining;
let trainings: Client<typeof TrainingService>;

beforeAll(async () => {
  service = await startTestTraining();
  trainings = createClient(TrainingService, service.transport);
}, 60_000);
afterAll(() => service.close());

describe("StartTraining", () => {
  it("trains a version on pinned prices, with its measures and its replay", async () => {
    const { job } = await trainings.startTraining({
      spec: { ...SPEC, learner: { method: { case: "ridge", value: {} } } },
      requestId: "first",
    });
    const done = await service.ended(job?.id ?? "");

    expect(done.error).toBeUndefined();
    expect(done.resultReference).toBe("models/rank-10d/versions/1");
    const version = await service.registry.findVersion("rank-10d", 1);
    expect(version).toMatchObject({
      title: "Ridge",
      stage: "validated",
      lineage: {
        dataset: { id: "sample", revision: 3 },
        featureVersion: "price-features/1",
        codeVersion: "ridge/1",
        startDate: "2018-01-02",
        endDate: "2021-12-31",
      },
    });
    const names = new Set(version?.metrics.map(({ name }) => name));
    for (const name of ["rank_ic", "icir", "dm_t_momentum", "long_short_deflated", "r2_oos"]) {
      expect(names).toContain(name);
    }
    const replay = await service.registry.findReplay("rank-10d", 1);
    expect(replay?.symbols).toEqual(SYMBOLS);
    expect(replay?.forecasts.rows).toBe(replay?.dates.length);
    const artifact = await service.registry.findArtifact(version?.lineage.artifactHash ?? "");
    expect(readForecaster(artifact ?? new Uint8Array(0)).target).toEqual({
      kind: "rank",
      horizonDays: 10,
    });
  });

  it("trains a quantile by the pinball loss, conformed, beside that of the last year", async () => {
    const quantile = { kind: TargetKind.QUANTILE, horizonDays: 10, probability: 0.1 };
    const versions = [];
    for (const method of [
      { case: "boostedTrees", value: { treeCountMax: 60, depthMax: 3 } },
      { case: "baseline", value: { rule: Baseline.ROLLING_QUANTILE } },
    ] as const) {
      const years = { startDate: "2010-01-01", stepDays: 5 };
      const spec = {
        ...{ ...SPEC, ...years, modelId: "quantile-10d" },
        ...{ target: quantile, learner: { method } },
      };
      const { job } = await trainings.startTraining({ spec, requestId: method.case });
      const { error, resultReference } = await service.ended(job?.id ?? "");
      expect(error).toBeUndefined();
      const number = Number(resultReference.split("/").at(-1));
      versions.push(await service.registry.findVersion("quantile-10d", number));
    }
    const [trees, rolling] = versions.map((version) => {
      const own = version?.metrics.filter(({ fold }) => fold === 0) ?? [];
      return new Map(own.map(({ name, value }) => [name, value]));
    });

    // A sixth of the days are of 2020.
    expect(Math.abs((trees?.get("coverage") ?? 0) - 0.1)).toBeLessThan(0.04);
    expect(trees?.get("pinball")).toBeLessThan(1.1 * (rolling?.get("pinball") ?? 0));
    expect(trees?.get("dm_p_rolling_quantile")).toBeGreaterThanOrEqual(0);
    const forecasts = createClient(ForecastService, service.transport);
    const version = { case: "number", value: versions[0]?.number ?? 0 } as const;
    const answer = await forecasts.getForecasts({ version: { modelId: "quantile-10d", version } });
    for (const { score, expectedExcessReturnPerYear } of answer.forecasts) {
      expect(score).toBeLessThan(0);
      expect(score).toBeGreaterThan(-0.5);
      expect(expectedExcessReturnPerYear).toBeUndefined();
    }
    const { explanations } = await forecasts.explainForecasts({
      version: { modelId: "quantile-10d", version },
    });
    for (const { contributions, expectation, output } of explanations) {
      const sum = contributions.reduce((total, each) => total + each.contribution, expectation);
      expect(sum).toBeCloseTo(output, 9);
    }
  });

  it("makes the same bits of the same specification", async () => {
    const learner = {
      method: {
        case: "network",
        value: {
          architecture: Architecture.PERCEPTRON,
          width: 8,
          memberCount: 2,
          epochCountMax: 3,
        },
      },
    } as const;
    const spec = { ...SPEC, learner, seed: 7 };
    const hashes = [];
    for (const requestId of ["bits-1", "bits-2"]) {
      const { job } = await trainings.startTraining({ spec, requestId });
      const { resultReference } = await service.ended(job?.id ?? "");
      const number = Number(resultReference.split("/").at(-1));
      const version = await service.registry.findVersion("rank-10d", number);
      hashes.push([version?.lineage.artifactHash, version?.lineage.specHash]);
    }

    expect(hashes[0]).toEqual(hashes[1]);
  });

  it("starts one training for a request identifier", async () => {
    const spec = {
      ...SPEC,
      learner: { method: { case: "baseline", value: { rule: Baseline.MOMENTUM } } },
    } as const;
    const first = await trainings.startTraining({ spec, requestId: "once" });
    const second = await trainings.startTraining({ spec, requestId: "once" });

    expect(second.job?.id).toBe(first.job?.id);
    const other = trainings.startTraining({ spec: { ...spec, seed: 9 }, requestId: "once" });
    expect((await failureOf(other)).reason).toBe("REQUEST_ID_REUSED");
    await service.ended(first.job?.id ?? "");
  });

  it("combines versions by their skill", async () => {
    const combination = { case: "combination" as const, value: { versions: [1, 2] } };
    const { job } = await trainings.startTraining({
      spec: { ...SPEC, learner: { method: combination } },
    });
    const { resultReference, error } = await service.ended(job?.id ?? "");

    expect(error).toBeUndefined();
    const number = Number(resultReference.split("/").at(-1));
    const version = await service.registry.findVersion("rank-10d", number);
    expect(version?.lineage.parents).toEqual([1, 2]);
  });

  it.each([
    ["an unknown symbol", { symbols: ["AAPL", "KO", "NOPE"] }, "SYMBOL_UNKNOWN", "spec.symbols[2]"],
    ["a symbol twice", { symbols: ["AAPL", "KO", "KO"] }, "REQUEST_INVALID", "spec.symbols[2]"],
    ["two symbols to rank", { symbols: ["AAPL", "KO"] }, "REQUEST_INVALID", "spec.symbols"],
    ["too short a history", { startDate: "2021-01-01" }, "HISTORY_TOO_SHORT", undefined],
    ["a day that is none", { startDate: "2021-02-30" }, "REQUEST_INVALID", "spec.start_date"],
    [
      "another target",
      { target: { ...RANK, horizonDays: 5 } },
      "MODEL_TARGET_MISMATCH",
      "spec.target",
    ],
    [
      "a variance rule for ranks",
      { learner: { method: { case: "garch", value: {} } } },
      "LEARNER_UNSUITABLE",
      "spec.learner",
    ],
    [
      "a version that is none",
      { learner: { method: { case: "combination", value: { versions: [1, 99] } } } },
      "VERSION_UNKNOWN",
      "version",
    ],
  ] satisfies readonly Refusal[])("refuses %s", async (_, change, reason, field) => {
    const ridge = { method: { case: "ridge", value: {} } } as const;
    const failure = await failureOf(
      trainings.startTraining({ spec: { ...SPEC, learner: ridge, ...change } }),
    );

    expect(failure.reason).toBe(reason);
    expect(failure.fields[0]).toBe(field);
  });
});

describe("default trainings that have ended", () => {
  it("are combined, and the best becomes champion, beside the best baseline", async () => {
    const baseline = { case: "baseline" as const, value: { rule: Baseline.REVERSAL } };
    const { job } = await trainings.startTraining({
      spec: { ...SPEC, learner: { method: baseline } },
    });
    const failing = await service.jobs.enqueue({
      kind: "training",
      payload: Buffer.from("no specification"),
    });
    const earlier = await service.jobs.list({ kinds: ["training"] }, 50, undefined);
    const jobIds = earlier.map(({ id }) => id);

    await service.runs.add({ id: newRequestId(), modelId: "rank-10d", jobIds }, "");
    await Promise.all([service.ended(job?.id ?? ""), service.ended(failing.id)]);
    const choice = await service.nextJob("default-models");
    const { error, resultReference } = await service.ended(choice.id);

    expect(error).toBeUndefined();
    const champion = await service.registry.findAlias("rank-10d", "champion");
    expect(resultReference).toBe(`models/rank-10d/versions/${champion}`);
    const all = await service.registry.listVersions("rank-10d", 100, undefined);
    const scoreOf = (number: number | undefined) =>
      all
        .find((version) => version.number === number)
        ?.metrics.find(({ name, fold }) => name === "rank_ic" && fold === 0)?.value ?? Number.NaN;
    expect(all[0]?.lineage.codeVersion).toBe("combination/1");
    expect(Math.max(...all.map(({ number }) => scoreOf(number)))).toBe(scoreOf(champion));
    const rule = await service.registry.findAlias("rank-10d", "baseline");
    const titleOf = (number: number | undefined) =>
      all.find((version) => version.number === number)?.title;
    expect(["Momentum", "Reversal"]).toContain(titleOf(rule));
    const [change] = await service.registry.listAliasChanges("rank-10d", 1, undefined);
    expect(change).toMatchObject({ actor: "default-models", evidence: `jobs/${choice.id}` });
    expect(change?.reason).toContain("rank_ic");
  });
});
