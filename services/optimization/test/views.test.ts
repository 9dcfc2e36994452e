import type { MessageInitShape } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import {
  type ExpectedReturnsSchema,
  OpinionPooling,
  ScenarioDistribution,
  type ScenariosSchema,
} from "@portfolio/gen/portfolio/optimization/v1/estimate_pb.js";
import { RiskMeasureKind } from "@portfolio/gen/portfolio/optimization/v1/risk_pb.js";
import { readSampleCloses } from "@portfolio/platform/testing/sample-data-service";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failureOf, startTestService, type TestService } from "./test-service.ts";

const SYMBOLS = ["AAPL", "JPM", "XOM"];
const MINIMUM_VARIANCE = { goal: { case: "minimumVariance", value: {} } } as const;
const CONSTRAINTS = { groups: [{ name: "old", symbols: ["JPM", "XOM"] }] };

type ExpectedReturnsInit = MessageInitShape<typeof ExpectedReturnsSchema>;
type ScenariosInit = MessageInitShape<typeof ScenariosSchema>;

let service: TestService;
beforeAll(() => {
  service = startTestService(readSampleCloses());
});
afterAll(() => service.close());

function optimize(expectedReturns: ExpectedReturnsInit, scenarios?: ScenariosInit) {
  return service.client.optimizePortfolio({
    symbols: SYMBOLS,
    startDate: "2020-01-01",
    expectedReturns,
    objective: MINIMUM_VARIANCE,
    constraints: CONSTRAINTS,
    ...(scenarios && { scenarios }),
  });
}

function beliefs(...views: { expression: string; confidence?: number }[]): ExpectedReturnsInit {
  return { views: { method: { case: "blackLitterman", value: { views } } } };
}

function pooled(views: string[], confidence?: number): ExpectedReturnsInit {
  const value = confidence === undefined ? { views } : { views, confidence };
  return { views: { method: { case: "entropyPooling", value } } };
}

describe("Black–Litterman views", () => {
  it("move the returns towards what is believed, by their confidence", async () => {
    const { views, provenance } = await optimize(
      beliefs(
        { expression: "AAPL == 6%", confidence: 1 },
        { expression: "JPM - XOM == 2%", confidence: 0 },
      ),
    );

    expect(views?.posteriorReturnsPerYear[0]).toBeCloseTo(0.06, 12);
    expect(views?.views).toMatchObject([
      { expression: "AAPL == 6%", view: 0.06, posterior: expect.closeTo(0.06, 12) },
      { expression: "JPM - XOM == 2%", view: 0.02 },
    ]);
    expect(views?.views[0]?.prior).toBe(views?.priorReturnsPerYear[0]);
    expect(views?.effectiveScenarioFraction).toBe(1);
    expect(provenance?.methodVersions["views"]).toBe("black-litterman/1");
  });

  it("take groups for the mean of their members", async () => {
    const { views } = await optimize(beliefs({ expression: "old == 1%", confidence: 1 }));

    const [, jpm = 0, xom = 0] = views?.posteriorReturnsPerYear ?? [];
    expect((jpm + xom) / 2).toBeCloseTo(0.01, 12);
  });

  it("are nothing at confidence 0", async () => {
    const { views } = await optimize(beliefs({ expression: "AAPL == 90%", confidence: 0 }));

    expect(views?.posteriorReturnsPerYear).toEqual(views?.priorReturnsPerYear);
  });

  it("name those that contradict each other", async () => {
    const failure = await failureOf(
      optimize(
        beliefs(
          { expression: "JPM == 1%" },
          { expression: "AAPL == 6%", confidence: 1 },
          { expression: "AAPL == 8%", confidence: 1 },
        ),
      ),
    );

    expect(failure).toMatchObject({
      code: Code.FailedPrecondition,
      reason: "VIEWS_CONTRADICTORY",
      fields: [
        "expected_returns.views.black_litterman.views[1]",
        "expected_returns.views.black_litterman.views[2]",
      ],
    });
  });

  it("are refused where they cannot be read, with the place", async () => {
    const failure = await failureOf(
      optimize(beliefs({ expression: "AAPL == 6%" }, { expression: "APL == 6%" })),
    );

    expect(failure).toMatchObject({
      code: Code.InvalidArgument,
      reason: "EXPRESSION_INVALID",
      fields: ["expected_returns.views.black_litterman.views[1].expression"],
    });
    expect(failure.message).toContain("did you mean AAPL?");
  });
});

describe("entropy pooling", () => {
  it("makes every view hold, in the units of the request", async () => {
    const { views, provenance } = await optimize(
      pooled([
        "mean(AAPL) == 10%",
        "mean(JPM) >= mean(XOM) >= 0.05",
        "volatility(XOM) <= 0.9 * prior(XOM)",
        "correlation(AAPL, JPM) == 0.3",
        "skew(JPM) >= 0",
      ]),
    );

    const [apple, rank, floor, volatility, correlation, skew] = views?.views ?? [];
    expect(apple?.posterior).toBeCloseTo(0.1, 10);
    expect(views?.posteriorReturnsPerYear[0]).toBeCloseTo(0.1, 10);
    expect(rank?.posterior).toBeGreaterThan(-1e-9);
    expect(floor?.posterior).toBeGreaterThan(0.05 - 1e-9);
    expect(volatility?.view).toBeCloseTo(0.9 * (volatility?.prior ?? 0), 10);
    expect(volatility?.posterior).toBeLessThan((volatility?.view ?? 0) + 1e-9);
    expect(views?.posteriorVolatilitiesPerYear[2]).toBeCloseTo(volatility?.posterior ?? 0, 10);
    expect(correlation).toMatchObject({ view: 0.3, posterior: expect.closeTo(0.3, 9) });
    expect(skew?.posterior).toBeGreaterThan(-1e-9);
    expect(views?.effectiveScenarioFraction).toBeGreaterThan(0);
    expect(views?.effectiveScenarioFraction).toBeLessThan(1);
    expect(provenance?.methodVersions).toMatchObject({
      views: "entropy-pooling/1",
      scenarios: "historical/1",
    });
  });

  it("mixes with what was before, by its confidence", async () => {
    const full = await optimize(pooled(["cvar(JPM, 95%) == 8%"]));
    const half = await optimize(pooled(["cvar(JPM, 95%) == 8%"], 0.5));
    const none = await optimize(pooled(["cvar(JPM, 95%) == 8%"], 0));

    expect(full.views?.views[0]?.posterior).toBeCloseTo(0.08, 9);
    for (const [i, after] of (half.views?.posteriorReturnsPerYear ?? []).entries()) {
      const before = half.views?.priorReturnsPerYear[i] ?? 0;
      const whole = full.views?.posteriorReturnsPerYear[i] ?? 0;
      expect(after).toBeCloseTo((before + whole) / 2, 10);
    }
    expect(none.views?.posteriorReturnsPerYear[0]).toBeCloseTo(
      none.views?.priorReturnsPerYear[0] ?? 0,
      12,
    );
  });

  it("pools opinions that contradict each other", async () => {
    const opinions = [
      { views: ["mean(AAPL) == 0%"], probability: 0.5 },
      { views: ["mean(AAPL) == 40%"], probability: 0.25 },
    ];
    const [low, high] = await Promise.all(opinions.map(({ views }) => optimize(pooled(views))));
    const opinionated = (opinionPooling: OpinionPooling) =>
      optimize({
        views: { method: { case: "entropyPooling", value: { opinions, opinionPooling } } },
      });

    const { views } = await opinionated(OpinionPooling.LINEAR);
    const logarithmic = await opinionated(OpinionPooling.LOGARITHMIC);

    // Means are linear in the probabilities, and a quarter is left to the prior.
    for (const [i, after] of (views?.posteriorReturnsPerYear ?? []).entries()) {
      const of = (answer: typeof low) => answer?.views?.posteriorReturnsPerYear[i] ?? Number.NaN;
      const before = views?.priorReturnsPerYear[i] ?? Number.NaN;
      expect(after).toBeCloseTo(of(low) / 2 + of(high) / 4 + before / 4, 10);
    }
    expect(views?.views.map(({ expression }) => expression)).toHaveLength(2);
    expect(logarithmic.views?.posteriorReturnsPerYear).not.toEqual(views?.posteriorReturnsPerYear);
  });

  it.each([
    [
      { opinions: [{ views: ["mean(AAPL) == 1%"], probability: 0.6 }], views: ["mean(JPM) == 1%"] },
      "views",
    ],
    [
      { opinions: [{ views: ["mean(AAPL) == 1%"], probability: 0.6 }], confidence: 0.5 },
      "confidence",
    ],
    [
      {
        opinions: [0.6, 0.6].map((probability) => ({ views: ["mean(AAPL) == 1%"], probability })),
      },
      "opinions",
    ],
    [{ opinions: [{ views: ["mean(AAPL) == 1%"], probability: 0 }] }, "opinions[0].probability"],
    [{}, "views"],
  ])("refuses opinions that do not fit: %o", async (value, field) => {
    const failure = await failureOf(
      optimize({ views: { method: { case: "entropyPooling", value } } }),
    );

    expect(failure).toMatchObject({
      reason: "REQUEST_INVALID",
      fields: [`expected_returns.views.entropy_pooling.${field}`],
    });
  });

  it("names the views that cannot hold, and what is attainable", async () => {
    const failure = await failureOf(
      optimize(pooled(["mean(XOM) == 1%", "mean(JPM) >= 5%", "mean(AAPL) == 10000%"])),
    );

    expect(failure).toMatchObject({
      code: Code.FailedPrecondition,
      reason: "VIEWS_CONTRADICTORY",
      fields: ["expected_returns.views.entropy_pooling.views[2]"],
    });
    expect(Number(failure.metadata["attainable"])).toBeGreaterThan(1);
    expect(Number(failure.metadata["attainable"])).toBeLessThan(100);
  });

  it("is refused where a view cannot be read", async () => {
    const failure = await failureOf(optimize(pooled(["mean(AAPL) == 1%", "beta(JPM) == 1"])));

    expect(failure).toMatchObject({
      reason: "EXPRESSION_INVALID",
      fields: ["expected_returns.views.entropy_pooling.views[1]"],
    });
  });

  it("needs no prices where scenarios are given", async () => {
    const before = service.dataCalls.panels;
    const matrix = { rows: 2, cols: 2, values: [0.04, 0, 0, 0.09] };

    const { views } = await service.client.optimizePortfolio({
      symbols: ["one", "two"],
      expectedReturns: {
        method: { case: "given", value: { values: [0.05, 0.1] } },
        views: { method: { case: "entropyPooling", value: { views: ["mean(one) == 100.8%"] } } },
      },
      covariance: { method: { case: "given", value: { matrix } } },
      objective: MINIMUM_VARIANCE,
      scenarios: {
        method: {
          case: "given",
          value: { returns: { rows: 2, cols: 2, values: [0.01, 0, -0.01, 0.02] } },
        },
      },
    });

    // By hand: 0.01·(2p − 1) = 1.008/252 at p = 0.7; then two has 0.3 · 0.02 a day.
    expect(views?.posteriorReturnsPerYear[0]).toBeCloseTo(1.008, 12);
    expect(views?.posteriorReturnsPerYear[1]).toBeCloseTo(0.006 * 252, 12);
    expect(service.dataCalls.panels).toBe(before);
  });
});

describe("scenarios", () => {
  const idle = pooled(["mean(AAPL) <= 900%"]);

  it.each([
    { case: "exponential", value: { halfLifeDays: 60 } },
    { case: "bootstrap", value: { count: 2000, meanBlockDays: 10, seed: 1 } },
    ...[
      ScenarioDistribution.GAUSSIAN,
      ScenarioDistribution.STUDENT_T,
      ScenarioDistribution.GAUSSIAN_COPULA,
      ScenarioDistribution.STUDENT_T_COPULA,
      ScenarioDistribution.VINE_COPULA,
    ].map((distribution) => ({
      case: "simulated" as const,
      value: { count: 2000, distribution, seed: 1 },
    })),
  ] as const)("are made, the same for the same seed: %o", async (method) => {
    const first = await optimize(idle, { method });
    const second = await optimize(idle, { method });
    const past = await optimize(idle);

    expect(first.views?.posteriorReturnsPerYear).toEqual(second.views?.posteriorReturnsPerYear);
    for (const [i, volatility] of (first.views?.posteriorVolatilitiesPerYear ?? []).entries()) {
      const ratio = volatility / (past.views?.posteriorVolatilitiesPerYear[i] ?? 0);
      expect(ratio).toBeGreaterThan(0.6);
      expect(ratio).toBeLessThan(1.5);
    }
  });

  it("are refused where they do not fit", async () => {
    const wide = { rows: 2, cols: 2, values: [0, 0, 0, 0] };
    const shape = await failureOf(
      optimize(idle, { method: { case: "given", value: { returns: wide } } }),
    );
    const count = await failureOf(
      optimize(idle, { method: { case: "bootstrap", value: { count: 1 } } }),
    );

    expect(shape).toMatchObject({
      reason: "ESTIMATE_SHAPE_WRONG",
      fields: ["scenarios.given.returns"],
    });
    expect(count).toMatchObject({
      code: Code.InvalidArgument,
      fields: ["scenarios.bootstrap.count"],
    });
  });
});

describe("expected returns", () => {
  it.each([
    { case: "compoundMean", version: "compound-mean/1" },
    { case: "bodnarOkhrinParolya", version: "bodnar-okhrin-parolya/1" },
    { case: "capitalAssetPricing", version: "capital-asset-pricing/1" },
  ] as const)("are estimated and named: $version", async ({ case: kind, version }) => {
    const { provenance, assets } = await service.client.traceFrontier({
      symbols: SYMBOLS,
      startDate: "2020-01-01",
      expectedReturns: { method: { case: kind, value: {} } },
    });

    expect(provenance?.methodVersions["expected_returns"]).toBe(version);
    expect(assets.every((asset) => Math.abs(asset.expectedReturnPerYear) < 1)).toBe(true);
  });

  it("of the market model are the rate and beta times the premium", async () => {
    const matrix = { rows: 2, cols: 2, values: [0.04, 0, 0, 0.12] };
    const value = { marketValues: [1, 1], marketReturnPerYear: 0.06 };

    const { assets } = await service.client.traceFrontier({
      symbols: SYMBOLS.slice(0, 2),
      expectedReturns: { method: { case: "capitalAssetPricing", value } },
      covariance: { method: { case: "given", value: { matrix } } },
      riskFreeRatePerYear: 0.02,
    });

    // By hand: Σw = (0.02, 0.06), w'Σw = 0.04, β = (0.5, 1.5).
    expect(assets.map((asset) => asset.expectedReturnPerYear)).toEqual([
      expect.closeTo(0.04, 12),
      expect.closeTo(0.08, 12),
    ]);
  });
});

describe("measures of risk", () => {
  it("weigh the scenarios by the probabilities after the views", async () => {
    const { risks } = await service.client.optimizePortfolio({
      symbols: ["JPM"],
      startDate: "2020-01-01",
      expectedReturns: pooled(["cvar(JPM, 95%) == 8%"]),
      objective: MINIMUM_VARIANCE,
      reportMeasures: [{ kind: RiskMeasureKind.CONDITIONAL_VALUE_AT_RISK, level: 0.95 }],
    });

    expect(risks.at(-1)?.value).toBeCloseTo(0.08, 9);
  });
});
