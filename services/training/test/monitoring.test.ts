import { type Client, createClient } from "@connectrpc/connect";
import { ExperimentService } from "@portfolio/gen/portfolio/training/v1/experiment_service_pb.js";
import {
  AlarmAction,
  MonitoringService,
} from "@portfolio/gen/portfolio/training/v1/monitoring_service_pb.js";
import { TrainingService } from "@portfolio/gen/portfolio/training/v1/training_service_pb.js";
import { Baseline, TargetKind } from "@portfolio/gen/portfolio/training/v1/training_spec_pb.js";
import { createLogger } from "@portfolio/platform/logger";
import { createMetricsRegistry } from "@portfolio/platform/metrics";
import { figureGauges } from "@portfolio/platform/postgres/figure-gauges";
import { transaction } from "@portfolio/platform/postgres/pool";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MODEL_GAUGES } from "../src/adapters/model-metrics.ts";
import { storeLook } from "../src/adapters/postgres-monitoring-store.ts";
import type { DriftFindings } from "../src/domain/watch-drift.ts";
import { failureOf } from "./failure-of.ts";
import { aliasRequest } from "./registry-fixture.ts";
import { startTestTraining, type TestTraining } from "./test-training.ts";

const MODEL = "rank-5d";
const SPEC = {
  modelId: MODEL,
  target: { kind: TargetKind.RANK, horizonDays: 5 },
  symbols: ["AAPL", "BAC", "CVX", "JNJ", "KO", "MSFT"],
  startDate: "2005-01-01",
  endDate: "2021-12-31",
  validation: { scheme: { case: "walkForward", value: { foldCount: 2 } } },
} as const;
const PATIENCE = { timeout: 60_000, interval: 200 };

let service: TestTraining;
let monitoring: Client<typeof MonitoringService>;

beforeAll(async () => {
  service = await startTestTraining();
  monitoring = createClient(MonitoringService, service.transport);
  const trainings = createClient(TrainingService, service.transport);
  const baseline = { case: "baseline", value: { rule: Baseline.REVERSAL } } as const;
  for (const method of [{ case: "ridge", value: {} } as const, baseline]) {
    const { job } = await trainings.startTraining({
      spec: { ...SPEC, symbols: [...SPEC.symbols], learner: { method } },
    });
    await service.ended(job?.id ?? "");
  }
  await service.registry.setAlias(aliasRequest(MODEL, 1), undefined);
  await service.registry.setAlias(aliasRequest(MODEL, 2, "baseline"), undefined);
}, 120_000);
afterAll(() => service.close());

/** Stores a look at the champion that has alarmed on a day. */
function alarm(version: number, date: string): Promise<void> {
  const findings: DriftFindings = {
    ...{ referenceDays: 500, liveDays: 1, liveDaysNeeded: 20, lastDate: date },
    loss: {
      ...{ metric: "rank_ic", dates: [date], statistics: [800], threshold: 756 },
      alarmDates: [date],
    },
    ...{ forecasts: undefined, features: [], contributions: [] },
  };
  return transaction(service.pool, (client) => storeLook(client, MODEL, version, findings));
}

async function actionsOf(): Promise<readonly AlarmAction[]> {
  const { alarms } = await monitoring.listDriftAlarms({ modelId: MODEL });
  return alarms.map(({ action }) => action);
}

describe("a look", () => {
  it("compares the days since the training with those before, at a stated rate of false alarms", async () => {
    const { job } = await monitoring.startMonitoring({ modelId: MODEL });
    const done = await service.ended(job?.id ?? "");
    expect(done.error).toBeUndefined();

    const { report } = await monitoring.getDrift({ modelId: MODEL });
    expect(report).toMatchObject({ modelId: MODEL, version: 1, liveDaysNeeded: 0 });
    expect(report?.referenceDayCount).toBeGreaterThanOrEqual(250);
    const { loss } = report ?? {};
    expect(loss?.metric).toBe("rank_ic");
    expect(loss?.dates.length).toBe(report?.liveDayCount);
    expect(loss?.dates[0]).toMatch(/^2022-01/u);
    expect(loss?.statistics.length).toBe(loss?.dates.length);
    expect(loss?.statistics.every((statistic) => statistic > 0)).toBe(true);
    // 756 trading days, in steps of as many as lie between two replayed days.
    expect(756 / (loss?.threshold ?? 1)).toBeGreaterThanOrEqual(1);
    expect(report?.forecasts?.pValue).toBeGreaterThanOrEqual(0);
    expect(report?.features.length).toBeGreaterThan(5);
  });

  it("is missing until there was one", async () => {
    const drift = monitoring.getDrift({ modelId: MODEL, version: 2 });
    expect((await failureOf(drift)).reason).toBe("DRIFT_UNKNOWN");
    const unknown = monitoring.startMonitoring({ modelId: "none" });
    expect((await failureOf(unknown)).reason).toBe("MODEL_UNKNOWN");
  });
});

describe("figures", () => {
  it("show the evidence of drift beside what alarms, and what alarms led to", async () => {
    await alarm(2, "2022-01-10");
    await expect.poll(actionsOf, PATIENCE).toEqual([AlarmAction.NONE]);
    const registry = createMetricsRegistry("training");
    const log = createLogger({ name: "test", level: "silent" });
    figureGauges(registry, MODEL_GAUGES, { pool: service.pool, log });
    const text = await registry.metrics();

    // 800 over 756.
    expect(text).toMatch(/drift_evidence_ratio\{[^}]*version="2"[^}]*\} 1\.058/u);
    expect(text).toMatch(/drift_alarms\{[^}]*action="none"[^}]*\} 1\n/u);
    // Of the champion, which the first look was at: the ten largest of more.
    const contributions = [
      ...text.matchAll(/champion_contribution\{[^}]*version="1",feature="(\w+)"[^}]*\} (\S+)\n/gu),
    ].map(([, name, value]) => ({ name, value: Number(value) }));
    expect(contributions).toHaveLength(10);
    expect(new Set(contributions.map(({ name }) => name)).size).toBe(10);
    expect(contributions.every(({ value }) => value > 0)).toBe(true);
  });
});

describe("the policy of a model", () => {
  it("does nothing on an alarm unless it says so", async () => {
    const { policy } = await monitoring.getMonitoringPolicy({ modelId: MODEL });
    expect(policy).toMatchObject({ runLengthDays: 756, retrain: false, cooldownDays: 20 });
    await alarm(1, "2022-02-01");

    await expect.poll(actionsOf, PATIENCE).toEqual([AlarmAction.NONE, AlarmAction.NONE]);
  });

  it("trains the champion anew, and lets the new version challenge it in the shadow", async () => {
    const { policy } = await monitoring.setMonitoringPolicy({
      modelId: MODEL,
      policy: { retrain: true },
    });
    expect(policy).toMatchObject({ retrain: true, retrainingsPerQuarter: 2, falseShare: 0.05 });
    await alarm(1, "2022-03-01");
    await alarm(1, "2022-03-01");

    await expect
      .poll(actionsOf, PATIENCE)
      .toMatchObject([AlarmAction.CHALLENGING, AlarmAction.NONE, AlarmAction.NONE]);
    expect(await service.registry.findAlias(MODEL, "challenger")).toBe(3);
    expect(await service.registry.findAlias(MODEL, "champion")).toBe(1);
    const trained = await service.registry.findVersion(MODEL, 3);
    expect(trained).toMatchObject({ stage: "shadow", title: "Ridge" });
    expect((trained?.lineage.endDate ?? "") > "2022-06").toBe(true);
    const { experiments } = await createClient(
      ExperimentService,
      service.transport,
    ).listExperiments({ modelId: MODEL });
    expect(experiments[0]?.spec).toMatchObject({ championVersion: 1, challengerVersion: 3 });
    const { rows } = await service.pool.query(
      "select count(*)::int as count from jobs.outbox where type = 'drift.alarmed'",
    );
    expect(rows).toEqual([{ count: 3 }]);
  }, 90_000);

  it("waits before it trains again, and falls back to the baseline if it may", async () => {
    await monitoring.setMonitoringPolicy({
      modelId: MODEL,
      policy: { retrain: true, fallBackToBaseline: true },
    });
    await alarm(1, "2022-04-01");

    await expect.poll(async () => (await actionsOf())[0], PATIENCE).toBe(AlarmAction.COOLING_DOWN);
    const [change] = await service.registry.listAliasChanges(MODEL, 1, undefined);
    expect(change).toMatchObject({
      ...{ alias: "champion", version: 2, previousVersion: 1, actor: "drift" },
      evidence: "models/rank-5d/versions/1/alarms/2022-04-01",
    });
  }, 90_000);
});
