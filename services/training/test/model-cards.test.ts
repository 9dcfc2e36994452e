import { type Client, createClient } from "@connectrpc/connect";
import { ModelService } from "@portfolio/gen/portfolio/training/v1/model_service_pb.js";
import { Stage } from "@portfolio/gen/portfolio/training/v1/version_pb.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Metric, MetricSeries, VersionDraft } from "../src/domain/model-version.ts";
import {
  aliasRequest,
  openRegistry,
  type RegistryFixture,
  versionDraft,
} from "./registry-fixture.ts";

let fixture: RegistryFixture;
let client: Client<typeof ModelService>;

beforeAll(async () => {
  fixture = await openRegistry();
  client = createClient(ModelService, fixture.transport);
}, 60_000);
afterAll(() => fixture.close());

const metric = (name: string, value: number, standardError?: number): Metric => ({
  ...{ name, value, standardError, fold: 0 },
});

/** Skill on 100 days from 1970-01-02. */
const daily = (skillOf: (day: number) => number): MetricSeries => ({
  ...{ name: "rank_ic", unit: "day" },
  points: Int32Array.from({ length: 100 }, (_, k) => k + 1),
  values: Float64Array.from({ length: 100 }, (_, k) => skillOf(k)),
});

const cardOf = async (modelId: string, number: number) => {
  const version = { case: "number", value: number } as const;
  const { card, markdown } = await client.getModelCard({ modelId, version });
  if (card === undefined) throw new Error("there is no card");
  return { card, markdown };
};

describe("GetModelCard", () => {
  it("sets figures beside the baseline, with intervals, limits and history", async () => {
    const add = (fields: Partial<VersionDraft>) =>
      fixture.registry.addVersion(versionDraft("carded", fields));
    await add({
      title: "Momentum",
      metrics: [metric("rank_ic", 0.05, 0.01)],
      series: [daily((k) => Math.sin(k))],
    });
    await add({
      title: "Ridge | <b>",
      stage: "draft",
      metrics: [
        metric("rank_ic", 0.01, 0.02),
        { ...metric("rank_ic", 0.3), fold: 1 },
        metric("long_short_deflated", 0.4),
        metric("trial_count", 1),
      ],
      series: [daily((k) => Math.cos(k))],
    });
    await fixture.registry.setAlias(aliasRequest("carded", 1, "baseline"), 0);
    await client.setStage({ modelId: "carded", number: 2, stage: Stage.VALIDATED, reason: "a|b" });

    const { card, markdown } = await cardOf("carded", 2);

    const [rank, ...rest] = card.figures;
    expect(rank).toMatchObject({ name: "rank_ic", value: 0.01, baseline: 0.05 });
    // 0.01 ± 1.96 · 0.02.
    expect(rank?.lower).toBeCloseTo(-0.0292, 4);
    expect(rank?.upper).toBeCloseTo(0.0492, 4);
    expect(rest.map(({ name }) => name)).toEqual(["long_short_deflated", "trial_count"]);
    expect(card).toMatchObject({
      testDays: { startDate: "1970-01-02", endDate: "1970-04-11" },
      testDayCount: 100,
      selection: { trialCount: 2, deflatedSharpe: 0.4, deflatedTrialCount: 1, comparedCount: 2 },
      stageChanges: [{ stage: Stage.VALIDATED, previousStage: Stage.DRAFT, reason: "a|b" }],
    });
    expect(card.selection?.overfittingProbability).toBeGreaterThanOrEqual(0);
    expect(card.verification).toBeUndefined();
    for (const limit of [
      "Its rank_ic may be 0: the interval of 95 % is -0.0292 … 0.0492.",
      "It is no better than the baseline: rank_ic of 0.01 against 0.05.",
      "It was measured on 100 days, less than a year.",
      "Its Sharpe ratio may be the luck of 1 trials: the chance that it is not is 0.4.",
      "1 more trials were made since that chance was computed.",
    ]) {
      expect(card.limits).toContain(limit);
      expect(markdown).toContain(`- ${limit}`);
    }
    expect(markdown).toContain("# carded, version 2: Ridge \\| \\<b\\>");
    expect(markdown).toContain("| `rank_ic` | 0.01 | -0.0292 … 0.0492 | 0.05 |");
    expect(markdown).toContain('"penalty": 100');
    expect(markdown).toContain(card.version?.lineage?.artifactHash);
    expect(markdown).toContain("a\\|b");
  });

  it("finds that the best of two equal rules is chosen by luck, and of unequal ones is not", async () => {
    const add = (modelId: string, skillOf: (day: number) => number) =>
      fixture.registry.addVersion(versionDraft(modelId, { series: [daily(skillOf)] }));
    // One is always better.
    await add("clear", (k) => 1 + 0.1 * Math.sin(k));
    await add("clear", (k) => 0.1 * Math.cos(k));
    // Each is better in every other block of ten days, so the better one of five blocks is the worse
    // one of the others.
    await add("luck", (k) => (Math.floor(k / 10) % 2) + 0.01 * Math.sin(k));
    await add("luck", (k) => ((Math.floor(k / 10) + 1) % 2) + 0.01 * Math.sin(k));

    const [clear, luck] = await Promise.all([cardOf("clear", 1), cardOf("luck", 1)]);

    expect(clear.card.selection?.overfittingProbability).toBe(0);
    expect(luck.card.selection?.overfittingProbability).toBe(1);
    expect(luck.card.limits.some((limit) => limit.startsWith("The best of these"))).toBe(true);
  });

  it("says whether it still fits, by the last look", async () => {
    await fixture.registry.addVersion(versionDraft("watched"));
    const before = await cardOf("watched", 1);
    expect(before.card.drift).toBeUndefined();
    expect(before.card.explanation).toBeUndefined();
    expect(before.markdown).toContain("Nobody has looked yet.");

    const loss = { dates: ["2023-01-03"], statistics: [1512], threshold: 756, alarmDates: [] };
    const features = ["beta_252", "volatility_21"].map((name, k) => ({ name, isShifted: k === 1 }));
    await fixture.pool.query(
      `insert into training.drift_report (tenant_id, model_id, number, findings)
       values ('default', 'watched', 1, $1)`,
      [JSON.stringify({ loss, features })],
    );
    const { card, markdown } = await cardOf("watched", 1);

    expect(card.drift).toMatchObject({
      ...{ evidenceRatio: 2, driftedFeatures: ["volatility_21"], featureCount: 2 },
    });
    expect(markdown).toContain("**Features of another distribution, of 2**: `volatility_21`");
    expect(card.limits.join()).toContain("Its losses have risen");
    expect(card.limits.join()).toContain("1 of its features had another distribution");
  });

  it("says so when nothing was measured", async () => {
    await fixture.registry.addVersion(versionDraft("unmeasured", { metrics: [], series: [] }));

    const { card, markdown } = await cardOf("unmeasured", 1);

    expect(card).toMatchObject({ figures: [], testDayCount: 0 });
    expect(card.selection?.overfittingProbability).toBeUndefined();
    expect(card.limits[0]).toBe("It was not measured on days that its training had not seen.");
    expect(markdown).toContain("Not measured on days that training had not seen.");
  });
});
