import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readSampleCloses } from "@portfolio/platform/testing/sample-data-service";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failureOf, startTestService, type TestService } from "./test-service.ts";

const SYMBOLS = ["AAPL", "JPM", "XOM", "KO", "BAC"];
const ESTIMATION = { symbols: SYMBOLS, startDate: "2020-01-01" };

// Made by skfolio: see make_moments.py there.
const { horizon: horizons } = JSON.parse(
  readFileSync(
    join(import.meta.dirname, "../../../packages/quant/test/reference/moments.json"),
    "utf8",
  ),
) as {
  horizon: readonly {
    readonly days: number;
    readonly means: readonly number[];
    readonly covariance: readonly number[];
  }[];
};

let service: TestService;
beforeAll(() => {
  service = startTestService(readSampleCloses());
});
afterAll(() => service.close());

describe("EstimateMoments", () => {
  it("gives the estimates that a frontier is traced from", async () => {
    const [moments, frontier] = await Promise.all([
      service.client.estimateMoments(ESTIMATION),
      service.client.traceFrontier({ ...ESTIMATION, includeEstimates: true }),
    ]);

    expect(moments.symbols).toEqual(SYMBOLS);
    expect(moments.estimates).toEqual(frontier.estimates);
    expect(moments.datesUsed).toEqual(frontier.datesUsed);
    expect(moments.volatilitiesPerYear).toEqual(
      frontier.assets.map(({ volatilityPerYear }) => volatilityPerYear),
    );
    expect(moments.estimateQuality?.shrinkage).toBeGreaterThan(0);
    expect(moments.estimateQuality?.conditionNumber).toBeGreaterThan(1);
    expect(moments.provenance?.methodVersions).toEqual({
      expected_returns: "historical-mean/1",
      covariance: "ledoit-wolf/1",
    });
    expect(moments.views).toBeUndefined();
  });

  it("divides covariances by both volatilities", async () => {
    const { estimates, correlation, volatilitiesPerYear } =
      await service.client.estimateMoments(ESTIMATION);

    const covariance = estimates?.covariancePerYear?.values ?? [];
    const n = SYMBOLS.length;
    expect(correlation).toMatchObject({ rows: n, cols: n });
    for (const [k, rho] of correlation?.values.entries() ?? []) {
      const [row = 0, col = 0] = [Math.floor(k / n), k % n].map((i) => volatilitiesPerYear[i]);
      expect(rho).toBeCloseTo((covariance[k] ?? 0) / (row * col), 12);
    }
  });

  it("joins first the assets that move most alike", async () => {
    const { tree, correlation } = await service.client.estimateMoments(ESTIMATION);

    const rho = (i: number, j: number) => correlation?.values[i * SYMBOLS.length + j] ?? 0;
    const [first] = tree?.merges ?? [];
    expect(first).toMatchObject({ left: SYMBOLS.indexOf("JPM"), right: SYMBOLS.indexOf("BAC") });
    expect(first?.distance).toBeCloseTo(Math.sqrt((1 - rho(1, 4)) / 2), 14);
    expect(tree?.merges).toHaveLength(SYMBOLS.length - 1);
    expect(tree?.leafOrder.toSorted()).toEqual([0, 1, 2, 3, 4]);
    const order = tree?.leafOrder ?? [];
    expect(Math.abs(order.indexOf(1) - order.indexOf(4))).toBe(1);
  });

  it("takes one asset alone", async () => {
    const { tree, correlation } = await service.client.estimateMoments({ symbols: ["KO"] });

    expect(correlation?.values).toEqual([1]);
    expect(tree).toMatchObject({ leafOrder: [0], merges: [] });
  });

  it("shows what views do, also on groups that have no limits", async () => {
    const { views, estimates } = await service.client.estimateMoments({
      ...ESTIMATION,
      groups: [{ name: "banks", symbols: ["JPM", "BAC"] }],
      expectedReturns: {
        views: {
          method: {
            case: "blackLitterman",
            value: { views: [{ expression: "banks == 1%", confidence: 1 }] },
          },
        },
      },
    });

    expect(views?.views[0]?.posterior).toBeCloseTo(0.01, 12);
    expect(estimates?.expectedReturnsPerYear).toEqual(views?.posteriorReturnsPerYear);
  });

  it("shows the same views as the frontier that they lead to", async () => {
    const value = { views: [{ expression: "JPM - KO == 2%" }] };
    const method = { case: "blackLitterman" as const, value };
    const request = { ...ESTIMATION, expectedReturns: { views: { method } } };

    const moments = await service.client.estimateMoments(request);
    const frontier = await service.client.traceFrontier(request);

    expect(moments.views?.views).toHaveLength(1);
    expect(frontier.views).toEqual(moments.views);
  });

  it("compounds estimates over a horizon as skfolio does", async () => {
    const closes = readSampleCloses();
    const stocks = [...closes.keys()].slice(0, 20);
    const startDate = [...(closes.get("AAPL")?.keys() ?? [])].at(-251) ?? "";

    for (const { days, means, covariance } of horizons) {
      const { estimates } = await service.client.estimateMoments({
        symbols: stocks,
        startDate,
        covariance: { method: { case: "sample", value: {} } },
        horizonDays: days,
      });

      for (const [i, mean] of means.entries()) {
        expect(estimates?.expectedReturnsPerYear[i]).toBeCloseTo((mean * 252) / days, 11);
      }
      const found = estimates?.covariancePerYear?.values ?? [];
      expect(found[20]).toBeCloseTo((Number(covariance[1]) * 252) / days, 11);
      expect(found[399]).toBeCloseTo((Number(covariance[209]) * 252) / days, 11);
    }
  });

  it("optimizes and traces over the same horizon", async () => {
    const request = { ...ESTIMATION, horizonDays: 252 };
    const { estimates } = await service.client.estimateMoments(request);
    const frontier = await service.client.traceFrontier({ ...request, includeEstimates: true });
    const chosen = await service.client.optimizePortfolio({
      ...request,
      objective: { goal: { case: "equalWeight", value: {} } },
    });

    expect(frontier.estimates).toEqual(estimates);
    const mean = (estimates?.expectedReturnsPerYear ?? []).reduce((sum, x) => sum + x / 5, 0);
    expect(chosen.expectedReturnPerYear).toBeCloseTo(mean, 12);
  });

  it("tells how returns move together beyond covariance", async () => {
    const request = { symbols: ["KO", "JPM"], startDate: "2020-01-01", includeCoMoments: true };
    const { coMoments } = await service.client.estimateMoments(request);
    const { higherMoments } = await service.client.analyzePortfolio({
      positions: [{ symbol: "JPM", weight: 1 }],
      startDate: "2020-01-01",
      includeHigherMoments: true,
    });

    const { rows, cols, values = [] } = coMoments?.coskewness ?? {};
    expect([rows, cols]).toEqual([2, 4]);
    expect(coMoments?.cokurtosis).toMatchObject({ rows: 4, cols: 4 });
    // The third moment of JPM alone over the cube of its deviation, by the fourth.
    const fourth = coMoments?.cokurtosis?.values[15] ?? Number.NaN;
    const variance = Math.sqrt(fourth / (higherMoments?.kurtosis ?? Number.NaN));
    expect(Number(values[7]) / variance ** 1.5).toBeCloseTo(higherMoments?.skewness ?? 0, 9);
  });

  it("computes no co-moments of more than 20 symbols", async () => {
    const symbols = [...readSampleCloses().keys()].slice(0, 21);
    const failure = await failureOf(
      service.client.estimateMoments({ symbols, includeCoMoments: true }),
    );

    expect(failure).toMatchObject({ reason: "REQUEST_INVALID", fields: ["include_co_moments"] });
  });

  it("reads no price when both estimates are given", async () => {
    const before = service.dataCalls.panels;

    const { estimates, datesUsed } = await service.client.estimateMoments({
      symbols: ["a", "b"],
      expectedReturns: { method: { case: "given", value: { values: [0.1, 0.05] } } },
      covariance: {
        method: {
          case: "given",
          value: { matrix: { rows: 2, cols: 2, values: [0.04, 0.01, 0.01, 0.09] } },
        },
      },
    });

    expect(estimates?.expectedReturnsPerYear).toEqual([0.1, 0.05]);
    expect(datesUsed).toBeUndefined();
    expect(service.dataCalls.panels).toBe(before);
  });

  it("names a group's member that is not asked for", async () => {
    const failure = await failureOf(
      service.client.estimateMoments({
        ...ESTIMATION,
        groups: [{ name: "rest", symbols: ["KO", "GE"] }],
      }),
    );

    expect(failure).toMatchObject({
      reason: "CONSTRAINT_SYMBOL_UNKNOWN",
      fields: ["groups[0].symbols[1]"],
    });
  });

  it("names views that contradict each other", async () => {
    const failure = await failureOf(
      service.client.estimateMoments({
        ...ESTIMATION,
        expectedReturns: {
          views: {
            method: {
              case: "entropyPooling",
              value: { views: ["mean(KO) == 5%", "mean(KO) == 6%"] },
            },
          },
        },
      }),
    );

    expect(failure.reason).toBe("VIEWS_CONTRADICTORY");
  });
});
