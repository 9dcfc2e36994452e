import { type Client, createClient } from "@connectrpc/connect";
import {
  ExperimentService,
  ExperimentState,
  GuardMetric,
} from "@portfolio/gen/portfolio/training/v1/experiment_service_pb.js";
import { createLogger } from "@portfolio/platform/logger";
import { createMetricsRegistry } from "@portfolio/platform/metrics";
import { figureGauges } from "@portfolio/platform/postgres/figure-gauges";
import { newRequestId } from "@portfolio/platform/rpc/request-id";
import { normalSource, randomSource } from "@portfolio/quant";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MODEL_GAUGES } from "../src/adapters/model-metrics.ts";
import { storeForecasts } from "../src/adapters/postgres-forecast-store.ts";
import { settleExperiments } from "../src/app/experiments.ts";
import { isInCanary } from "../src/domain/canary-split.ts";
import { dateOf, dayOf } from "../src/domain/day-number.ts";
import type { Replay } from "../src/domain/model-version.ts";
import {
  aliasRequest,
  failureOf,
  openRegistry,
  type RegistryFixture,
  versionDraft,
} from "./registry-fixture.ts";

const SYMBOLS = ["A", "B", "C", "D", "E", "F", "G", "H"];
const DAYS = 500;
const DAY_MS = 86_400_000;
const HORIZON = 5;

let fixture: RegistryFixture;
let client: Client<typeof ExperimentService>;
beforeAll(async () => {
  fixture = await openRegistry();
  client = createClient(ExperimentService, fixture.transport);
}, 60_000);
afterAll(() => fixture.close());

/**
 * Forecasts of independent outcomes: the more skill the better. With `patience` close to 1 their
 * errors hardly change from day to day.
 */
function replay(skill: number, seed: number, patience = 0, startDay = 15_000): Replay {
  const outcome = normalSource(randomSource(1));
  const noise = normalSource(randomSource(seed));
  const size = DAYS * SYMBOLS.length;
  const outcomes = Float64Array.from({ length: size }, outcome);
  const errors = new Float64Array(size);
  for (let k = 0; k < size; k++) {
    const before = errors[k - SYMBOLS.length] ?? 0;
    errors[k] = patience * before + Math.sqrt(1 - patience ** 2) * noise();
  }
  const shape = { rows: DAYS, cols: SYMBOLS.length };
  return {
    symbols: SYMBOLS,
    dates: Array.from({ length: DAYS }, (_, k) =>
      new Date((startDay + 7 * k) * DAY_MS).toISOString().slice(0, 10),
    ),
    forecasts: { ...shape, values: errors.map((error, k) => error + skill * (outcomes[k] ?? 0)) },
    outcomes: { ...shape, values: outcomes },
  };
}

/** Adds a champion and a challenger. */
async function addPair(modelId: string, champion: Replay, challenger: Replay): Promise<void> {
  const target = { kind: "rank", horizonDays: HORIZON } as const;
  await fixture.registry.addVersion(versionDraft(modelId, { target, replay: champion }));
  await fixture.registry.addVersion(versionDraft(modelId, { target, replay: challenger }));
  await fixture.registry.setAlias(aliasRequest(modelId, 1, "champion"), undefined);
  await fixture.registry.setAlias(aliasRequest(modelId, 2, "challenger"), undefined);
}

/** Stores forecasts of both versions for each of 50 days since their training. */
async function addLiveDays(modelId: string): Promise<void> {
  const draw = normalSource(randomSource(9));
  const shape = { rows: 50, cols: SYMBOLS.length };
  const matrix = () => ({
    ...shape,
    values: Float64Array.from({ length: 50 * SYMBOLS.length }, draw),
  });
  const outcomes = matrix();
  const dates = Array.from({ length: 50 }, (_, k) => dateOf(dayOf("2023-01-01") + k));
  for (const number of [1, 2]) {
    await storeForecasts(fixture.pool, {
      ...{ modelId, number, symbols: SYMBOLS, dates, forecasts: matrix(), outcomes },
      ...{ settledCount: 50, dataset: { id: "sample", revision: 1 } },
    });
  }
}

const stagesOf = (modelId: string) =>
  Promise.all(
    [1, 2].map(async (number) => (await fixture.registry.findVersion(modelId, number))?.stage),
  );
const settle = () => settleExperiments({ ...fixture, newId: newRequestId });

describe("an experiment", () => {
  it("goes on with the days since both versions were trained, as far apart as replayed ones", async () => {
    await addPair("live", replay(0, 2), replay(0, 3));
    const { experiment } = await client.startExperiment({
      spec: { modelId: "live", effectMin: 0.0001 },
    });
    await addLiveDays("live");

    const { report } = await client.getExperiment({ id: experiment?.id ?? "" });
    // Trained to 2022-12-28; then each week of the 50 days from 2023-01-01.
    expect(report).toMatchObject({ dayCount: DAYS + 7, replayedDayCount: DAYS });
    await client.stopExperiment({ id: experiment?.id ?? "" });
  });

  it("promotes a challenger that is better, through the log", async () => {
    await addPair("won", replay(0, 2), replay(0.5, 3));
    const spec = { modelId: "won", autoPromote: true };
    const preview = await client.previewExperiment({ spec });
    const { experiment, report } = await client.startExperiment({ spec });

    expect(report).toEqual(preview.report);
    expect(report).toMatchObject({
      metric: "rank_ic",
      dayCount: DAYS,
      replayedDayCount: DAYS,
      blockDays: 10,
      state: ExperimentState.BETTER,
    });
    expect(report?.pValue).toBeLessThan(0.001);
    // A tenth of a standard deviation is not decided in time.
    expect(report?.daysToDecision).toEqual([0, 280, 100]);
    expect(experiment?.spec).toMatchObject({
      championVersion: 1,
      challengerVersion: 2,
      level: 0.05,
    });

    const ended = await settle();
    expect(ended.map(({ id, state }) => ({ id, state }))).toEqual([
      { id: experiment?.id, state: "better" },
    ]);
    expect(await fixture.registry.findAlias("won", "champion")).toBe(2);
    const [change] = await fixture.registry.listAliasChanges("won", 1, undefined);
    expect(change).toMatchObject({
      actor: "experiment",
      evidence: `experiments/${experiment?.id}`,
      previousVersion: 1,
    });
    expect(await stagesOf("won")).toEqual(["shadow", "production"]);
    expect(await settle()).toEqual([]);
  });

  it("leaves the champion where nobody said that it may be replaced", async () => {
    await addPair("asked", replay(0, 2), replay(0.5, 3));
    const { experiment } = await client.startExperiment({ spec: { modelId: "asked" } });
    await settle();

    const answer = await client.getExperiment({ id: experiment?.id ?? "" });
    expect(answer.experiment).toMatchObject({ state: ExperimentState.BETTER });
    expect(await fixture.registry.findAlias("asked", "champion")).toBe(1);
  });

  it("takes the role from a challenger that is worse", async () => {
    await addPair("lost", replay(0.5, 2), replay(0, 3));
    const { report } = await client.startExperiment({ spec: { modelId: "lost" } });
    await settle();

    expect(report?.state).toBe(ExperimentState.WORSE);
    expect(await fixture.registry.findAlias("lost", "challenger")).toBeUndefined();
    expect(await fixture.registry.findAlias("lost", "champion")).toBe(1);
  });

  it("goes on while there is nothing to tell", async () => {
    await addPair("even", replay(0.2, 2), replay(0.2, 3));
    const { experiment, report } = await client.startExperiment({ spec: { modelId: "even" } });
    await settle();

    expect(report?.state).toBe(ExperimentState.RUNNING);
    expect(report?.path.at(-1)).toMatchObject({ dayCount: DAYS });
    const { experiments } = await client.listExperiments({ modelId: "even" });
    expect(experiments).toEqual([
      expect.objectContaining({ id: experiment?.id, state: ExperimentState.RUNNING }),
    ]);
  });

  it("waits for its guards", async () => {
    await addPair("guarded", replay(0, 2, 0.999), replay(0.5, 3));
    const guards = [{ metric: GuardMetric.TURNOVER, margin: 0.01 }];
    const { report } = await client.previewExperiment({ spec: { modelId: "guarded", guards } });

    expect(report?.openGuards).toEqual([GuardMetric.TURNOVER]);
    expect(report?.state).not.toBe(ExperimentState.BETTER);
  });

  it("guards drawdown and calibration, which a bold challenger makes worse", async () => {
    const bold = replay(0.5, 3);
    const challenger = {
      ...bold,
      // Half of its days are upside down, so that it falls deeply; all of it is far too bold.
      forecasts: {
        ...bold.forecasts,
        values: bold.forecasts.values.map((value, k) =>
          Math.floor(k / (100 * SYMBOLS.length)) % 2 === 0 ? 3 * value : -3 * value,
        ),
      },
    };
    await addPair("bold", replay(0.5, 2), challenger);
    const guardsOf = (margin: number) =>
      [GuardMetric.DRAWDOWN, GuardMetric.CALIBRATION].map((metric) => ({ metric, margin }));
    const openWith = async (margin: number) => {
      const spec = { modelId: "bold", guards: guardsOf(margin) };
      return (await client.previewExperiment({ spec })).report?.openGuards;
    };

    expect(await openWith(0.1)).toEqual([GuardMetric.DRAWDOWN, GuardMetric.CALIBRATION]);
    expect(await openWith(1000)).toEqual([]);
  });

  it("keeps guards, and refuses those that say nothing of a target", async () => {
    await addPair("kept", replay(0.5, 2), replay(0.5, 3));
    const guards = [
      { metric: GuardMetric.DRAWDOWN, margin: 0.5 },
      { metric: GuardMetric.CALIBRATION, margin: 0.25 },
    ];
    const { experiment } = await client.startExperiment({ spec: { modelId: "kept", guards } });
    const stored = await client.getExperiment({ id: experiment?.id ?? "" });
    expect(stored.experiment?.spec?.guards).toMatchObject(guards);

    const target = { kind: "volatility", horizonDays: HORIZON } as const;
    await fixture.registry.addVersion(versionDraft("calm", { target, replay: replay(0, 2) }));
    const spec = { modelId: "calm", championVersion: 1, challengerVersion: 1, guards };
    expect(await failureOf(client.previewExperiment({ spec }))).toMatchObject({
      reason: "GUARD_UNSUITABLE",
      fields: ["spec.guards[0].metric"],
    });
  });

  it("shares the level with those that run beside it", async () => {
    await addPair("many", replay(0.2, 2), replay(0.2, 3));
    const target = { kind: "rank", horizonDays: HORIZON } as const;
    await fixture.registry.addVersion(versionDraft("many", { target, replay: replay(0.2, 4) }));
    await client.startExperiment({ spec: { modelId: "many", level: 0.1 } });
    const second = await client.startExperiment({
      spec: { modelId: "many", level: 0.1, challengerVersion: 3 },
    });

    expect(second.experiment?.spec?.level).toBe(0.05);
    expect(await failureOf(client.startExperiment({ spec: { modelId: "many" } }))).toMatchObject({
      reason: "EXPERIMENT_RUNNING",
    });
  });

  it("has its part of the level where all arms are named beforehand", async () => {
    await addPair("arms", replay(0.2, 2), replay(0.2, 3));
    const { experiment } = await client.startExperiment({
      spec: { modelId: "arms", level: 0.1, armCount: 4 },
    });

    expect(experiment?.spec).toMatchObject({ level: 0.025, armCount: 4 });
  });

  it("shows the share of its canary as a figure while it runs", async () => {
    await addPair("shared", replay(0.2, 2), replay(0.2, 3));
    const { experiment } = await client.startExperiment({
      spec: { modelId: "shared", canaryShare: 0.25 },
    });
    const registry = createMetricsRegistry("training");
    const log = createLogger({ name: "test", level: "silent" });
    figureGauges(registry, MODEL_GAUGES, { pool: fixture.pool, log });
    const figure = /training_canary_share\{[^}]*model="shared"[^}]*\} 0\.25\n/u;

    expect(await registry.metrics()).toMatch(figure);
    await client.stopExperiment({ id: experiment?.id ?? "" });
    expect(await registry.metrics()).not.toMatch(figure);
  });

  it("makes its challenger a canary for as long as that serves a share", async () => {
    await addPair("staged", replay(0.2, 2), replay(0.2, 3));
    expect(await stagesOf("staged")).toEqual(["production", "shadow"]);
    const spec = { modelId: "staged", canaryShare: 0.25 };
    const { experiment } = await client.startExperiment({ spec });

    expect(await stagesOf("staged")).toEqual(["production", "canary"]);
    await client.stopExperiment({ id: experiment?.id ?? "" });

    expect(await stagesOf("staged")).toEqual(["production", "shadow"]);
    const changes = await fixture.registry.listStageChanges("staged", 2);
    expect(changes.map(({ stage, actor }) => `${stage} by ${actor}`)).toEqual([
      "shadow by person",
      "canary by experiment",
      "shadow by experiment",
    ]);
  });

  it("is stopped by a person, once", async () => {
    await addPair("stopped", replay(0.2, 2), replay(0.2, 3));
    const { experiment } = await client.startExperiment({ spec: { modelId: "stopped" } });
    const id = experiment?.id ?? "";
    const first = await client.stopExperiment({ id });

    expect(first.experiment).toMatchObject({ state: ExperimentState.STOPPED });
    expect(first.experiment?.endTime).not.toBe("");
    expect(await client.stopExperiment({ id })).toEqual(first);
  });

  it("says what is missing", async () => {
    await addPair("missing", replay(0, 2), replay(0, 3, 0, 1000));
    const start = (spec: { modelId: string; challengerVersion?: number }) =>
      failureOf(client.startExperiment({ spec }));

    expect(await start({ modelId: "missing" })).toMatchObject({
      reason: "EXPERIMENT_WITHOUT_DAYS",
    });
    expect(await start({ modelId: "missing", challengerVersion: 1 })).toMatchObject({
      reason: "EXPERIMENT_VERSIONS_SAME",
      fields: ["spec.challenger_version"],
    });
    expect(await start({ modelId: "missing", challengerVersion: 9 })).toMatchObject({
      reason: "VERSION_UNKNOWN",
    });
    expect(await start({ modelId: "none" })).toMatchObject({ reason: "MODEL_UNKNOWN" });
    expect(await failureOf(client.getExperiment({ id: "9" }))).toMatchObject({
      reason: "EXPERIMENT_UNKNOWN",
    });
    expect(await failureOf(client.listExperiments({ pageToken: "?" }))).toMatchObject({
      reason: "PAGE_TOKEN_INVALID",
    });
  });
});

describe("a canary", () => {
  it("serves its share of the keys, always the same ones", () => {
    const keys = Array.from({ length: 20_000 }, (_, k) => `client-${k}`);
    const served = keys.filter((key) => isInCanary(key, "e", 0.1));

    expect(served.length / keys.length).toBeCloseTo(0.1, 2);
    expect(served.every((key) => isInCanary(key, "e", 0.1))).toBe(true);
    expect(keys.some((key) => isInCanary(key, "e", 0))).toBe(false);
    const both = served.filter((key) => isInCanary(key, "other", 0.1));
    expect(both.length / served.length).toBeCloseTo(0.1, 1);
  });
});
