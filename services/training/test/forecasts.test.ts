import { setImmediate } from "node:timers/promises";
import { ConnectError, createClient } from "@connectrpc/connect";
import { ErrorInfoSchema } from "@portfolio/gen/google/rpc/error_details_pb.js";
import { DashboardService } from "@portfolio/gen/portfolio/training/v1/dashboard_service_pb.js";
import { ExplanationMethod } from "@portfolio/gen/portfolio/training/v1/forecast_pb.js";
import type { GetForecastsResponse } from "@portfolio/gen/portfolio/training/v1/forecast_service_pb.js";
import type { ForecastRule } from "@portfolio/learning";
import { JobWorker } from "@portfolio/platform/jobs/job-worker";
import { createLogger } from "@portfolio/platform/logger";
import { newRequestId } from "@portfolio/platform/rpc/request-id";
import { readSampleCloses } from "@portfolio/platform/testing/sample-data-service";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isInCanary } from "../src/domain/canary-split.ts";
import type { ExperimentRules } from "../src/domain/experiment.ts";
import {
  draftVersion,
  type ForecastingService,
  startForecastingService,
} from "./forecasting-service.ts";

const PATIENCE = { timeout: 60_000, interval: 50 };
const log = createLogger({ name: "test", level: "silent" });
const closes = readSampleCloses();
const symbols = [...closes.keys()].slice(0, 6);

/** A linear model of feature ranks that makes much of one feature. */
function ridge(feature: number, coefficient: number): ForecastRule {
  const coefficients = new Float64Array(13).fill(0.001);
  coefficients[feature] = coefficient;
  return {
    kind: "learned",
    view: { kind: "ranks" },
    model: { kind: "linear", model: { intercept: 0, coefficients } },
    smearing: 1,
  };
}

let service: ForecastingService;
let worker: JobWorker | undefined;

beforeAll(async () => {
  service = await startForecastingService(closes);
}, 60_000);
afterAll(async () => {
  await worker?.close();
  await service.close();
});

const promote = (modelId: string, version: number) =>
  service.forecasting.registry.setAlias(
    { modelId, alias: "champion", version, actor: "person", reason: "", evidence: "" },
    undefined,
  );

/** An experiment of versions 1 and 2 that serves half of the keys by the challenger. */
function canaryRules(modelId: string): ExperimentRules {
  return {
    ...{ modelId, championVersion: 1, challengerVersion: 2, canaryShare: 0.5 },
    ...{ level: 0.05, armCount: 1, effectMin: 0.01, daysMax: 1000, autoPromote: false, guards: [] },
  };
}

const askFor = (modelId: string, key: string) =>
  service.client.getForecasts({ version: { modelId, key } });
const askNumber = (modelId: string, value: number) =>
  service.client.getForecasts({ version: { modelId, version: { case: "number", value } } });
const versionOf = ({ source }: GetForecastsResponse) => source?.version;

async function reasonOf(call: Promise<unknown>): Promise<string | undefined> {
  const error = await call.then(
    () => new Error("the call did not fail"),
    (reason: unknown) => ConnectError.from(reason),
  );
  return error instanceof ConnectError ? error.findDetails(ErrorInfoSchema)[0]?.reason : undefined;
}

describe("GetForecasts", () => {
  it("forecasts by the champion, with returns by Grinold's rule and the source of it all", async () => {
    const { registry } = service.forecasting;
    await registry.addVersion(
      draftVersion({ modelId: "grinold", rule: ridge(0, 0.5), symbols, skill: [0.05, 0.01] }),
    );
    await promote("grinold", 1);

    const answer = await service.client.getForecasts({ version: { modelId: "grinold" } });
    const { source, skill, forecasts } = answer;

    expect(source).toMatchObject({ version: 1, alias: "champion", title: "Ridge" });
    expect(source?.asOfDate).toBe([...(closes.get(symbols[0] ?? "") ?? [])].at(-1)?.[0]);
    expect(source?.dataset).toMatchObject({ id: "sample", revision: 3 });
    expect(source?.snapshotHash).toMatch(/^[0-9a-f]{64}$/u);
    expect(skill?.shrunkCoefficient).toBeCloseTo(0.05 * (1 - 0.04), 15);
    expect(skill?.confidence).toBeCloseTo((0.05 * (1 - 0.04)) ** 2, 15);
    expect(forecasts.map(({ symbol }) => symbol)).toEqual(symbols);
    const scores = forecasts.map(({ score }) => score);
    const mean = scores.reduce((sum, x) => sum + x / scores.length, 0);
    const deviation = Math.sqrt(scores.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 5);
    for (const each of forecasts) {
      const z = (each.score - mean) / deviation;
      const expected = 0.048 * excessVolatility(each.symbol) * z * Math.sqrt(252 / 21);
      expect(each.expectedExcessReturnPerYear).toBeCloseTo(expected, 10);
      expect([each.lower, each.upper]).toEqual([each.score - 0.4, each.score + 0.4]);
    }
  });

  it("says the same from the cache, of fewer symbols in the order of the request", async () => {
    const whole = await service.client.getForecasts({ version: { modelId: "grinold" } });
    const { panels } = service.dataCalls;
    const wanted = [symbols[3] ?? "", (symbols[1] ?? "").toLowerCase()];

    const part = await service.client.getForecasts({
      version: { modelId: "grinold", version: { case: "number", value: 1 } },
      symbols: wanted,
    });

    expect(part.cached).toBe(true);
    expect(service.dataCalls.panels).toBe(panels);
    expect(part.forecasts).toEqual([whole.forecasts[3], whole.forecasts[1]]);
  });

  it("forecasts as of an earlier day from nothing after it", async () => {
    const answer = await service.client.getForecasts({
      version: { modelId: "grinold" },
      asOfDate: "2015-06-30",
    });

    expect(answer.source?.asOfDate).toBe("2015-06-30");
    expect(answer.cached).toBe(false);
    const early = service.client.getForecasts({
      version: { modelId: "grinold" },
      asOfDate: "1950-01-01",
    });
    expect(await reasonOf(early)).toBe("HISTORY_TOO_SHORT");
  });

  it("gives volatilities per year, and expects no return of them", async () => {
    const rule: ForecastRule = { kind: "exponential-volatility", decay: 0.94 };
    const target = { kind: "volatility", horizonDays: 21 } as const;
    await service.forecasting.registry.addVersion(
      draftVersion({ modelId: "calm", rule, target, symbols }),
    );

    const { forecasts, skill } = await service.client.getForecasts({
      version: { modelId: "calm", version: { case: "number", value: 1 } },
    });

    expect(skill).toBeUndefined();
    for (const { score, volatilityPerYear, expectedExcessReturnPerYear } of forecasts) {
      expect(score).toBe(volatilityPerYear);
      expect(score).toBeGreaterThan(0.05);
      expect(score).toBeLessThan(1.5);
      expect(expectedExcessReturnPerYear).toBeUndefined();
    }
  });

  it("serves a share of the keys by the challenger while their experiment runs", async () => {
    const { registry, experiments } = service.forecasting;
    const modelId = "canary";
    await registry.addVersion(draftVersion({ modelId, rule: ridge(0, 0.5), symbols }));
    await registry.addVersion(draftVersion({ modelId, rule: ridge(3, 0.5), symbols }));
    await promote(modelId, 1);
    const keys = Array.from({ length: 20 }, (_, k) => `portfolio ${k}`);
    const askAll = () => Promise.all(keys.map((key) => askFor(modelId, key)));
    expect(new Set((await askAll()).map(versionOf))).toEqual(new Set([1]));

    const id = newRequestId();
    await experiments.add(id, canaryRules(modelId), 100);
    const during = await askAll();
    expect(during.map(versionOf)).toEqual(keys.map((key) => (isInCanary(key, id, 0.5) ? 2 : 1)));
    expect(new Set(during.map(versionOf)).size).toBe(2);
    expect((await askAll()).map(versionOf)).toEqual(during.map(versionOf));
    // Each has what its version says, although both lie in the cache.
    const [own, tried] = [await askNumber(modelId, 1), await askNumber(modelId, 2)];
    expect(own.forecasts).not.toEqual(tried.forecasts);
    for (const { source, forecasts } of during) {
      const isTried = source?.version === 2;
      expect(source).toMatchObject({ alias: "champion", canaryExperimentId: isTried ? id : "" });
      expect(forecasts).toEqual((isTried ? tried : own).forecasts);
    }
    expect((await askFor(modelId, "")).source).toMatchObject({
      version: 1,
      canaryExperimentId: "",
    });

    await experiments.end(id, "stopped");
    expect(new Set((await askAll()).map(versionOf))).toEqual(new Set([1]));
  });

  it("has no canary of a retired challenger, nor in place of a newer champion", async () => {
    const { registry, experiments } = service.forecasting;
    const modelId = "canary-gone";
    for (const feature of [0, 1, 2]) {
      await registry.addVersion(draftVersion({ modelId, rule: ridge(feature, 0.5), symbols }));
    }
    await promote(modelId, 1);
    await experiments.add(newRequestId(), { ...canaryRules(modelId), canaryShare: 1 }, 100);
    expect(versionOf(await askFor(modelId, "any"))).toBe(2);

    await registry.setStage(modelId, 2, "retired", { actor: "person", reason: "" });
    expect(versionOf(await askFor(modelId, "any"))).toBe(1);
    await promote(modelId, 3);
    expect(versionOf(await askFor(modelId, "any"))).toBe(3);
  });

  it("says what is wrong", async () => {
    const of = (request: Parameters<typeof service.client.getForecasts>[0]) =>
      reasonOf(service.client.getForecasts(request));

    expect(await of({ version: { modelId: "none" } })).toBe("MODEL_UNKNOWN");
    expect(await of({ version: { modelId: "calm" } })).toBe("ALIAS_UNSET");
    const version = { modelId: "grinold" };
    expect(await of({ version, symbols: ["NOPE"] })).toBe("SYMBOL_NOT_FORECAST");
    expect(await of({ version, symbols: ["AAPL", "aapl "] })).toBe("SYMBOL_REPEATED");
    expect(await of({ version, asOfDate: "2020-02-30" })).toBe("DATE_INVALID");
    const number = { case: "number", value: 9 } as const;
    expect(await of({ version: { ...version, version: number } })).toBe("VERSION_UNKNOWN");
  });

  it("never answers by a version that was replaced before the call, over 50 promotions", async () => {
    const { registry } = service.forecasting;
    for (const coefficient of [0.1, 0.2]) {
      await registry.addVersion(
        draftVersion({ modelId: "swapped", rule: ridge(1, coefficient), symbols }),
      );
    }
    const ask = () => service.client.getForecasts({ version: { modelId: "swapped" } });
    let staleCount = 0;
    let isOver = false;
    await promote("swapped", 1);
    // Others ask all the time, so that there is always something to remember wrongly.
    const crowd = Array.from({ length: 2 }, async () => {
      while (!isOver) {
        await ask();
        await setImmediate();
      }
    });

    for (let k = 0; k < 50; k++) {
      const version = 1 + (k % 2);
      await promote("swapped", version);
      const { source } = await ask();
      staleCount += source?.version === version ? 0 : 1;
    }
    isOver = true;
    await Promise.all(crowd);

    expect(staleCount).toBe(0);
  }, 120_000);

  it("hears of promotions by other processes", async () => {
    const other = service.another();
    const ask = async () =>
      (await other.client.getForecasts({ version: { modelId: "swapped" } })).source?.version;

    for (const version of [1, 2, 1]) {
      await promote("swapped", version);
      await expect.poll(ask, PATIENCE).toBe(version);
    }
  });
});

describe("StartForecasting", () => {
  it("keeps each day's forecasts, and outcomes once they are known", async () => {
    const { forecasting, jobs, client } = service;
    await forecasting.registry.addVersion(
      draftVersion({ modelId: "daily", rule: ridge(0, 0.5), symbols, endDate: "2022-10-31" }),
    );
    worker = new JobWorker({
      ...{ jobs, pointers: jobs.pointers, kinds: [forecasting.kind], jobsMax: 1, log },
      name: "test",
    });
    const version = { case: "number", value: 1 } as const;

    const { job } = await client.startForecasting({ modelId: "daily", versions: [1] });
    const stateOf = async (id = "") => (await jobs.jobs.find(id))?.state;
    await expect.poll(() => stateOf(job?.id), PATIENCE).toBe("succeeded");
    const page = await client.listForecasts({ modelId: "daily", version: 1, pageSize: 252 });

    const dates = page.forecasts.map(({ source }) => source?.asOfDate ?? "");
    expect(dates.at(-1)).toBe("2022-11-01");
    expect(dates[0]).toBe([...(closes.get(symbols[0] ?? "") ?? [])].at(-1)?.[0]);
    const doubles = (bytes: Uint8Array = new Uint8Array()) => [
      ...new Float64Array(bytes.slice().buffer),
    ];
    const [newest] = page.forecasts;
    const oldest = page.forecasts.at(-1);
    expect(doubles(newest?.outcomes?.f64Le).every(Number.isNaN)).toBe(true);
    const ranks = doubles(oldest?.outcomes?.f64Le).map((rank) => Math.round(5 * (rank + 0.5)));
    expect(ranks.sort()).toEqual([0, 1, 2, 3, 4, 5]);
    const asked = await client.getForecasts({
      version: { modelId: "daily", version },
      asOfDate: "2022-11-01",
    });
    expect(doubles(oldest?.forecasts?.f64Le)).toEqual(asked.forecasts.map(({ score }) => score));

    const again = await client.startForecasting({ modelId: "daily", versions: [1] });
    await expect.poll(() => stateOf(again.job?.id), PATIENCE).toBe("succeeded");
    const after = await client.listForecasts({ modelId: "daily", version: 1, pageSize: 252 });
    expect(after).toEqual(page);
  }, 90_000);
});

describe("ExplainForecasts", () => {
  const version = { case: "number", value: 1 } as const;

  it("adds up to each forecast", async () => {
    const explained = await service.client.explainForecasts({
      version: { modelId: "grinold", version },
    });
    const { forecasts } = await service.client.getForecasts({
      version: { modelId: "grinold", version },
    });

    expect(explained.method).toBe(ExplanationMethod.LINEAR);
    for (const [k, { contributions, expectation, output }] of explained.explanations.entries()) {
      const sum = contributions.reduce((total, each) => total + each.contribution, expectation);
      expect(sum).toBeCloseTo(output, 12);
      expect(output).toBeCloseTo(forecasts[k]?.score ?? Number.NaN, 12);
    }
  });

  it("splits a volatility by the age of what it rests on", async () => {
    const { explanations, method } = await service.client.explainForecasts({
      version: { modelId: "calm", version },
      symbols: symbols.slice(0, 1),
    });
    const { forecasts } = await service.client.getForecasts({
      version: { modelId: "calm", version },
    });

    expect(method).toBe(ExplanationMethod.LAGS);
    const [first] = explanations;
    expect(first?.contributions.map(({ feature }) => feature)).toEqual([
      "variance_last_day",
      "variance_days_2_5",
      "variance_days_6_22",
      "variance_older",
    ]);
    const volatility = Math.sqrt(252 * (first?.output ?? 0));
    expect(volatility).toBeCloseTo(forecasts[0]?.score ?? Number.NaN, 12);
  });

  it("finds over time which feature a version rests on, and what it is worth", async () => {
    const answer = await service.client.explainVersion({
      version: { modelId: "grinold", version },
      dayCount: 6,
      groups: [
        { name: "momentum", features: ["momentum_12_1"] },
        { name: "rest", features: ["beta_252", "skewness_252"] },
      ],
    });

    expect(answer.dates).toHaveLength(6);
    expect(answer.features[0]?.feature).toBe("momentum_12_1");
    expect(answer.features[0]?.byDate).toHaveLength(6);
    expect(answer.groups.map(({ name }) => name)).toEqual(["momentum", "rest"]);
    expect(Math.abs(answer.groups[0]?.mean ?? 0)).toBeGreaterThan(
      Math.abs(answer.groups[1]?.mean ?? 0),
    );
  });

  it("splits a mixture into its versions, and a rule into itself", async () => {
    const { registry } = service.forecasting;
    const members = [
      { weight: 0.75, rule: ridge(0, 0.5) },
      { weight: 0.25, rule: { kind: "baseline", name: "reversal" } as const },
    ];
    const mixture = { kind: "combination", members } as const;
    await registry.addVersion(
      draftVersion({ modelId: "mixed", rule: mixture, symbols, members: [3, 7] }),
    );
    await registry.addVersion(
      draftVersion({ modelId: "mixed", rule: { kind: "baseline", name: "momentum" }, symbols }),
    );
    const explain = async (value: number) => {
      const named = { modelId: "mixed", version: { case: "number", value } as const };
      const { forecasts } = await service.client.getForecasts({ version: named });
      const answer = await service.client.explainForecasts({ version: named });
      for (const [k, { contributions, expectation, output }] of answer.explanations.entries()) {
        const sum = contributions.reduce((total, each) => total + each.contribution, expectation);
        expect(sum).toBeCloseTo(output, 14);
        expect(output).toBeCloseTo(forecasts[k]?.score ?? Number.NaN, 14);
      }
      const names = answer.explanations[0]?.contributions.map(({ feature }) => feature);
      return { method: answer.method, names };
    };

    expect(await explain(1)).toEqual({
      ...{ method: ExplanationMethod.MEMBERS, names: ["version_3", "version_7"] },
    });
    expect(await explain(2)).toEqual({ method: ExplanationMethod.LINEAR, names: ["momentum"] });
  });

  it("draws what features contributed in the last two years of the training", async () => {
    const dashboards = createClient(DashboardService, service.transport);
    const query = { modelId: "grinold", numbers: [1], series: "attribution" };
    const { series } = await dashboards.querySeries({ query });

    expect(series).toHaveLength(8);
    expect(series[0]).toMatchObject({ version: 1, feature: "momentum_12_1" });
    expect(series[0]?.label).toBe("Ridge, version 1: momentum_12_1");
    expect(series[0]?.dates).toHaveLength(24);
    expect(series[0]?.dates.at(-1)).toBe("2022-12-28");
    // As `ExplainVersion` has it, on the same days.
    const { features } = await service.client.explainVersion({
      version: { modelId: "grinold", version },
      dayCount: 24,
    });
    expect(series.map(({ feature, values }) => ({ feature, values }))).toEqual(
      features.slice(0, 8).map(({ feature, byDate }) => ({ feature, values: byDate })),
    );
    const asked = service.dataCalls.panels;
    await dashboards.querySeries({ query });
    expect(service.dataCalls.panels).toBe(asked);
  });

  it("refuses a method that does not suit", async () => {
    const call = service.client.explainForecasts({
      version: { modelId: "grinold", version },
      method: ExplanationMethod.INTERVENTIONAL,
    });
    expect(await reasonOf(call)).toBe("EXPLANATION_UNSUPPORTED");
    const unknown = service.client.explainVersion({
      version: { modelId: "grinold", version },
      groups: [{ name: "x", features: ["nothing"] }],
    });
    expect(await reasonOf(unknown)).toBe("FEATURE_UNKNOWN");
  });
});

/** Standard deviation per year of logarithmic returns over the mean of the six, by hand. */
function excessVolatility(symbol: string): number {
  const returnsOf = (name: string) => {
    const own = [...(closes.get(name) ?? [])].map(([, close]) => close).slice(-253);
    return own.slice(1).map((close, t) => Math.log(close / (own[t] ?? Number.NaN)));
  };
  const all = symbols.map(returnsOf);
  const own = returnsOf(symbol).map(
    (value, t) => value - all.reduce((sum, each) => sum + (each[t] ?? 0) / all.length, 0),
  );
  const mean = own.reduce((sum, x) => sum + x / own.length, 0);
  return Math.sqrt((own.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 251) * 252);
}
