import { toBinary } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { OptimizePortfolioResponseSchema } from "@portfolio/gen/portfolio/optimization/v1/optimization_service_pb.js";
import {
  type Closes,
  closesOf,
  dayOf,
  readSampleCloses,
} from "@portfolio/platform/testing/sample-data-service";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failureOf, startTestService, type TestService, withoutTime } from "./test-service.ts";

const MINIMUM_VARIANCE = { goal: { case: "minimumVariance", value: {} } } as const;
const MAXIMUM_SHARPE = { goal: { case: "maximumSharpe", value: {} } } as const;
const INVERSE_VOLATILITY = { goal: { case: "inverseVolatility", value: {} } } as const;

/** Estimates that the caller brings, so that answers can be worked out by hand. */
function given(expectedReturns: number[], covariance: number[]) {
  const n = expectedReturns.length;
  const matrix = { rows: n, cols: n, values: covariance };
  return {
    expectedReturns: { method: { case: "given", value: { values: expectedReturns } } },
    covariance: { method: { case: "given", value: { matrix } } },
  } as const;
}

// Uncorrelated, with volatilities of 20 % and 10 %.
const TWO_ASSETS = given([0.08, 0.03], [0.04, 0, 0, 0.01]);

/** Prices of BUSY swing, those of FLAT never move, NEW exists only from day 4. */
const MADE_UP: Closes = new Map([
  ...closesOf({
    BUSY: [100, 110, 99, 105, 100, 108, 101, 104],
    OTHER: [50, 49, 51, 52, 50, 51, 53, 52],
    FLAT: [10, 10, 10, 10, 10, 10, 10, 10],
  }),
  ["NEW", new Map([4, 5, 6, 7].map((t) => [dayOf(t), 20 + (t % 3)]))],
  ["NEWEST", new Map([6, 7].map((t) => [dayOf(t), 5 + (t % 2)]))],
]);

// Volatilities of 20 %, 10 % and 30 %; the first two have a correlation of 0.5.
const THREE_ASSETS = given([0.08, 0.03, 0.1], [0.04, 0.01, 0, 0.01, 0.01, 0, 0, 0, 0.09]);

describe("OptimizePortfolio", () => {
  let service: TestService;
  beforeAll(() => {
    service = startTestService(MADE_UP);
  });
  afterAll(() => service.close());

  describe("with risk budgets", () => {
    it("gives each asset its share of the risk", async () => {
      const { weights, provenance } = await service.client.optimizePortfolio({
        symbols: ["a", "b", "c"],
        ...THREE_ASSETS,
        objective: { goal: { case: "riskParity", value: { budgets: { a: 1, b: 2, c: 5 } } } },
      });

      for (const [i, share] of [1 / 8, 2 / 8, 5 / 8].entries()) {
        expect(weights[i]?.riskShare).toBeCloseTo(share, 12);
      }
      expect(weights.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
      expect(provenance?.methodVersions["rule"]).toBe("risk-parity/1");
    });

    it("takes equal budgets when none are written", async () => {
      const { weights } = await service.client.optimizePortfolio({
        symbols: ["a", "b", "c"],
        ...THREE_ASSETS,
        objective: { goal: { case: "riskParity", value: {} } },
      });

      for (const { riskShare } of weights) {
        expect(riskShare).toBeCloseTo(1 / 3, 12);
      }
    });

    it("cannot share risk that cancels out", async () => {
      const failure = await failureOf(
        service.client.optimizePortfolio({
          symbols: ["up", "down"],
          ...given([0.1, 0.1], [0.04, -0.02, -0.02, 0.01]),
          objective: { goal: { case: "riskParity", value: {} } },
        }),
      );

      expect(failure).toMatchObject({
        code: Code.FailedPrecondition,
        reason: "ZERO_VOLATILITY",
        metadata: { symbols: "" },
      });
    });

    it("splits down the tree of assets", async () => {
      // By hand: a and b are the nearest, so the leaves are c, a, b. The cluster {a, b} has
      // w = 1/5 and 4/5 and a variance of 0.0016 + 0.0064 + 0.0032 = 0.0112, against 0.09 of c.
      const answer = await service.client.optimizePortfolio({
        symbols: ["a", "b", "c"],
        ...THREE_ASSETS,
        objective: { goal: { case: "hierarchicalRiskParity", value: {} } },
      });
      const pair = 0.09 / 0.1012;

      expect(answer.weights[0]?.weight).toBeCloseTo(pair / 5, 12);
      expect(answer.weights[1]?.weight).toBeCloseTo((pair * 4) / 5, 12);
      expect(answer.weights[2]?.weight).toBeCloseTo(1 - pair, 12);
      expect(answer.provenance?.methodVersions["rule"]).toBe("hierarchical-risk-parity/1");
    });
  });

  describe("for maximum diversification", () => {
    const objective = { goal: { case: "maximumDiversification", value: {} } } as const;

    it("holds to the bounds", async () => {
      // By hand: w·σ minimizes the variance of correlations, 1/1.5 : 1/1.5 : 2/1.5 → ⅔ : ⅔ : 1.
      const request = { symbols: ["a", "b", "c"], ...THREE_ASSETS, objective };
      const free = await service.client.optimizePortfolio(request);
      const bounded = await service.client.optimizePortfolio({
        ...request,
        constraints: { bounds: { b: { max: 0.4 } } },
      });
      const total = 2 / 3 / 0.2 + 2 / 3 / 0.1 + 1 / 0.3;

      expect(free.weights[0]?.weight).toBeCloseTo(2 / 3 / 0.2 / total, 10);
      expect(free.weights[2]?.weight).toBeCloseTo(1 / 0.3 / total, 10);
      expect(free.provenance?.methodVersions["objective"]).toBe("maximum-diversification/1");
      expect(bounded.weights[1]?.weight).toBeCloseTo(0.4, 12);
    });

    it("refuses assets without volatility, and portfolios without it", async () => {
      const flat = await failureOf(
        service.client.optimizePortfolio({
          symbols: ["BUSY", "FLAT"],
          covariance: { method: { case: "sample", value: {} } },
          objective,
        }),
      );
      const hedged = await failureOf(
        service.client.optimizePortfolio({
          symbols: ["up", "down"],
          ...given([0.1, 0.1], [0.04, -0.02, -0.02, 0.01]),
          objective,
        }),
      );

      expect(flat).toMatchObject({ reason: "ZERO_VOLATILITY", metadata: { symbols: "FLAT" } });
      expect(hedged).toMatchObject({ reason: "ZERO_VOLATILITY", metadata: { symbols: "" } });
    });

    it("says when no weighted volatility is positive", async () => {
      const { notices } = await service.client.optimizePortfolio({
        symbols: ["a", "b", "c"],
        ...THREE_ASSETS,
        constraints: { budget: -1, defaultMin: -1, defaultMax: 0 },
        objective,
      });

      expect(notices.map(({ reason }) => reason)).toEqual(["NO_POSITIVE_DIVERSIFICATION"]);
    });
  });

  describe("with the caller's own estimates", () => {
    it("splits uncorrelated assets in inverse proportion to their variances", async () => {
      // By hand: w₁ : w₂ = 1/0.04 : 1/0.01 = 1 : 4, σ² = 0.04·0.04 + 0.64·0.01 = 0.008.
      const answer = await service.client.optimizePortfolio({
        symbols: ["my Fund", "cash-like"],
        ...TWO_ASSETS,
        objective: MINIMUM_VARIANCE,
        riskFreeRatePerYear: 0.01,
      });

      expect(answer.weights.map(({ symbol }) => symbol)).toEqual(["my Fund", "cash-like"]);
      expect(answer.weights[0]?.weight).toBeCloseTo(0.2, 12);
      expect(answer.weights[1]?.weight).toBeCloseTo(0.8, 12);
      expect(answer.weights[0]?.riskShare).toBeCloseTo(0.2, 12);
      expect(answer.expectedReturnPerYear).toBeCloseTo(0.2 * 0.08 + 0.8 * 0.03, 12);
      expect(answer.volatilityPerYear).toBeCloseTo(Math.sqrt(0.008), 12);
      expect(answer.sharpeRatio).toBeCloseTo((0.04 - 0.01) / Math.sqrt(0.008), 12);
    });

    it("reads no price, and says so", async () => {
      const callsBefore = service.dataCalls.panels;

      const answer = await service.client.optimizePortfolio({
        symbols: ["A", "B"],
        ...TWO_ASSETS,
        objective: MAXIMUM_SHARPE,
      });

      expect(service.dataCalls.panels).toBe(callsBefore);
      expect(answer.datesUsed).toBeUndefined();
      expect(answer.provenance?.dataset).toBeUndefined();
      expect(answer.provenance?.methodVersions).toEqual({
        expected_returns: "given",
        covariance: "given",
        algorithm: "critical-line/2",
        objective: "maximum-ratio/1",
      });
    });

    it("takes the matrix as bytes with the same answer", async () => {
      const request = { symbols: ["A", "B"], ...TWO_ASSETS, objective: MAXIMUM_SHARPE };
      const f64Le = new Uint8Array(Float64Array.of(0.04, 0, 0, 0.01).buffer);
      const covariance = {
        method: { case: "given", value: { matrix: { rows: 2, cols: 2, f64Le } } },
      } as const;

      const fromNumbers = await service.client.optimizePortfolio(request);
      const fromBytes = await service.client.optimizePortfolio({ ...request, covariance });

      expect(withoutTime(fromBytes)).toEqual(withoutTime(fromNumbers));
    });

    it("tells of a covariance that had to be repaired", async () => {
      // By hand: the eigenvalues of [[1, 2], [2, 1]] are 3 and -1.
      const { notices } = await service.client.optimizePortfolio({
        symbols: ["A", "B"],
        ...given([0.1, 0.1], [1, 2, 2, 1]),
        objective: MINIMUM_VARIANCE,
      });

      expect(notices.map(({ reason }) => reason)).toEqual(["COVARIANCE_REPAIRED"]);
      expect(notices[0]?.description).toMatch(/from -1 to 3.* by 1 \(Frobenius norm\)/);
    });

    it("tells of a singular covariance", async () => {
      const { notices } = await service.client.optimizePortfolio({
        symbols: ["A", "B"],
        ...given([0.1, 0.1], [1, 1, 1, 1]),
        objective: MINIMUM_VARIANCE,
      });

      expect(notices.map(({ reason }) => reason)).toEqual(["COVARIANCE_SINGULAR"]);
    });

    it("warns when nothing earns more than the risk-free rate", async () => {
      const { notices, sharpeRatio } = await service.client.optimizePortfolio({
        symbols: ["A", "B"],
        ...TWO_ASSETS,
        objective: MAXIMUM_SHARPE,
        riskFreeRatePerYear: 0.2,
      });

      expect(notices.map(({ reason }) => reason)).toEqual(["NO_POSITIVE_EXCESS_RETURN"]);
      expect(notices[0]?.description).toMatch(/8 %.*20 %/);
      expect(sharpeRatio).toBeLessThan(0);
    });
  });

  describe("with limits", () => {
    it("says which minimums exceed the budget, and by how much", async () => {
      const failure = await failureOf(
        service.client.optimizePortfolio({
          symbols: ["A", "B"],
          ...TWO_ASSETS,
          objective: MINIMUM_VARIANCE,
          constraints: { bounds: { A: { min: 0.62 }, B: { min: 0.5 } } },
        }),
      );

      expect(failure).toMatchObject({
        code: Code.FailedPrecondition,
        reason: "CONSTRAINTS_INFEASIBLE",
        fields: [
          'constraints.bounds["A"].min',
          'constraints.bounds["B"].min',
          "constraints.budget",
        ],
        metadata: { kind: "minimums-exceed-budget", total: "1.12", limit: "1" },
      });
      expect(failure.message).toContain("minimum weights sum to 112 %");
      expect(failure.descriptions[0]).toContain("112 %");
    });

    it("counts groups that have no name", async () => {
      const failure = await failureOf(
        service.client.optimizePortfolio({
          symbols: ["A", "B"],
          ...TWO_ASSETS,
          objective: MINIMUM_VARIANCE,
          constraints: {
            groups: [
              { symbols: ["A"], min: 0.6 },
              { symbols: ["A", "B"], max: 0.5 },
            ],
          },
        }),
      );

      expect(failure.message).toContain(" group 1 at least 60 %");
      expect(failure.message).not.toContain("group group");
    });

    it("names overlapping groups that contradict each other", async () => {
      const failure = await failureOf(
        service.client.optimizePortfolio({
          symbols: ["A", "B", "C"],
          ...given([0.1, 0.1, 0.1], [1, 0, 0, 0, 1, 0, 0, 0, 1]),
          objective: MINIMUM_VARIANCE,
          constraints: {
            groups: [
              { name: "left", symbols: ["A", "B"], max: 0.3 },
              { name: "right", symbols: ["B", "C"], max: 0.3 },
            ],
          },
        }),
      );

      expect(failure.reason).toBe("CONSTRAINTS_INFEASIBLE");
      expect(failure.fields).toEqual(
        expect.arrayContaining([
          "constraints.groups[0].max",
          "constraints.groups[1].max",
          "constraints.budget",
        ]),
      );
      expect(failure.message).toContain("group left at most 30 %");
      expect(failure.message).toContain("group right at most 30 %");
    });

    it("reaches both ends of the range that a target error names", async () => {
      const request = { symbols: ["A", "B"], ...TWO_ASSETS };
      const target = (returnPerYear: number) =>
        service.client.optimizePortfolio({
          ...request,
          objective: { goal: { case: "targetReturn", value: { returnPerYear } } },
        });

      const failure = await failureOf(target(0.5));
      const { minimum, maximum } = failure.metadata;
      const [lowest, highest] = [await target(Number(minimum)), await target(Number(maximum))];

      expect(failure).toMatchObject({
        code: Code.FailedPrecondition,
        reason: "TARGET_OUT_OF_RANGE",
        fields: ["objective.target_return.return_per_year"],
      });
      expect(failure.message).toMatch(/50 %.* from 4 % to 8 %/);
      expect(lowest.expectedReturnPerYear).toBeCloseTo(0.04, 12);
      expect(highest.expectedReturnPerYear).toBeCloseTo(0.08, 12);
    });

    it("answers a target that its end of the frontier already meets by that end", async () => {
      // By hand: minimum variance earns 4 % at √0.008; all in A earns 8 % at a volatility of 20 %.
      const request = { symbols: ["A", "B"], ...TWO_ASSETS };
      const easyReturn = { case: "targetReturn", value: { returnPerYear: 0.01 } } as const;
      const easyRisk = { case: "targetVolatility", value: { volatilityPerYear: 0.9 } } as const;

      const lowest = await service.client.optimizePortfolio({
        ...request,
        objective: { goal: easyReturn },
      });
      const highest = await service.client.optimizePortfolio({
        ...request,
        objective: { goal: easyRisk },
      });

      expect(lowest.volatilityPerYear).toBeCloseTo(Math.sqrt(0.008), 12);
      expect(highest.weights.map(({ weight }) => weight)).toEqual([1, 0]);
      for (const { notices } of [lowest, highest]) {
        expect(notices.map(({ reason }) => reason)).toEqual(["TARGET_NOT_BINDING"]);
      }
    });

    it("goes short where the default minimum is negative", async () => {
      // By hand, with μ = (0.08, -0.3) the riskless bet is to sell B up to its bound.
      const { weights } = await service.client.optimizePortfolio({
        symbols: ["A", "B"],
        ...given([0.08, -0.3], [0.04, 0, 0, 0.01]),
        objective: { goal: { case: "maximumUtility", value: { riskAversion: 0.1 } } },
        constraints: { defaultMin: -0.5, defaultMax: 1.5 },
      });

      expect(weights.map(({ weight }) => weight)).toEqual([1.5, -0.5]);
    });

    it("lets one asset take a budget above 1", async () => {
      const { weights } = await service.client.optimizePortfolio({
        symbols: ["A"],
        ...given([0.08], [0.04]),
        objective: MINIMUM_VARIANCE,
        constraints: { budget: 1.5 },
      });

      expect(weights[0]?.weight).toBe(1.5);
    });
  });

  describe("with prices", () => {
    it("writes symbols as the dataset does", async () => {
      const { weights } = await service.client.optimizePortfolio({
        symbols: [" busy", "Other"],
        objective: MINIMUM_VARIANCE,
        constraints: { bounds: { bUSY: { max: 0.3 } } },
      });

      expect(weights.map(({ symbol }) => symbol)).toEqual(["BUSY", "OTHER"]);
      expect(weights[0]?.weight).toBeLessThanOrEqual(0.3);
    });

    it("names the asset that shortens the period", async () => {
      const { notices, datesUsed } = await service.client.optimizePortfolio({
        symbols: ["BUSY", "NEW", "OTHER"],
        objective: MINIMUM_VARIANCE,
      });

      expect(notices.map(({ reason }) => reason)).toEqual(["HISTORY_CUT"]);
      expect(notices[0]?.description).toContain("NEW has prices only from 2020-01-05.");
      expect(datesUsed).toMatchObject({
        startDate: "2020-01-05",
        endDate: "2020-01-08",
        returnCount: 3,
        droppedHistories: [
          { symbol: "BUSY", droppedCount: 4, available: { startDate: "2020-01-01" } },
          { symbol: "OTHER", droppedCount: 4 },
        ],
      });
    });

    it("says which asset leaves too few days", async () => {
      const failure = await failureOf(
        service.client.optimizePortfolio({
          symbols: ["BUSY", "NEWEST"],
          objective: MINIMUM_VARIANCE,
        }),
      );

      expect(failure).toMatchObject({
        code: Code.FailedPrecondition,
        reason: "HISTORY_TOO_SHORT",
        metadata: { dayCount: "2" },
      });
      expect(failure.message).toContain("NEWEST has prices only from 2020-01-07.");
    });

    it("warns of fewer days than assets", async () => {
      const { notices } = await service.client.optimizePortfolio({
        symbols: ["BUSY", "OTHER", "NEW"],
        startDate: dayOf(4),
        covariance: { method: { case: "sample", value: {} } },
        objective: MINIMUM_VARIANCE,
      });

      expect(notices.map(({ reason }) => reason)).toEqual(["COVARIANCE_SINGULAR"]);
      expect(notices[0]?.description).toContain("3 daily returns");
    });

    it("refuses to divide by the volatility of a price that never moves", async () => {
      const failure = await failureOf(
        service.client.optimizePortfolio({
          symbols: ["BUSY", "FLAT"],
          covariance: { method: { case: "sample", value: {} } },
          objective: INVERSE_VOLATILITY,
        }),
      );

      expect(failure).toMatchObject({
        code: Code.FailedPrecondition,
        reason: "ZERO_VOLATILITY",
        metadata: { symbols: "FLAT" },
      });
    });

    it("refuses an unbounded Sharpe ratio", async () => {
      const failure = await failureOf(
        service.client.optimizePortfolio({
          symbols: ["BUSY", "FLAT"],
          covariance: { method: { case: "sample", value: {} } },
          objective: MAXIMUM_SHARPE,
          riskFreeRatePerYear: -0.01,
        }),
      );

      expect(failure.reason).toBe("ZERO_VOLATILITY");
    });

    it("puts everything into the asset without risk for minimum variance", async () => {
      const answer = await service.client.optimizePortfolio({
        symbols: ["BUSY", "FLAT"],
        covariance: { method: { case: "sample", value: {} } },
        objective: MINIMUM_VARIANCE,
      });

      expect(answer.weights.map(({ weight }) => weight)).toEqual([0, 1]);
      expect(answer).toMatchObject({ volatilityPerYear: 0, sharpeRatio: 0 });
      expect(answer.weights.map(({ riskShare }) => riskShare)).toEqual([0, 0]);
    });

    it("reads a panel once", async () => {
      const request = { symbols: ["OTHER", "BUSY"], objective: MINIMUM_VARIANCE };
      const callsBefore = service.dataCalls.panels;

      await service.client.optimizePortfolio(request);
      await service.client.optimizePortfolio({ ...request, objective: MAXIMUM_SHARPE });
      await service.client.optimizePortfolio({
        ...request,
        dataset: { id: "sample", revision: 3 },
      });

      expect(service.dataCalls.panels).toBe(callsBefore + 1);
    });
  });
});

describe("the same request", () => {
  const request = {
    symbols: ["AAPL", "KO", "XOM", "MSFT", "JNJ"],
    objective: MAXIMUM_SHARPE,
    constraints: { bounds: { AAPL: { max: 0.3 }, KO: { min: 0.05 } } },
  };

  it("gets the same bytes from every thread and after a restart", async () => {
    const closes = readSampleCloses();
    const answers: string[] = [];
    for (const threads of [2, 1]) {
      const service = startTestService(closes, threads);
      const calls = Array.from({ length: 8 }, () => service.client.optimizePortfolio(request));
      for (const answer of await Promise.all(calls)) {
        answers.push(
          Buffer.from(toBinary(OptimizePortfolioResponseSchema, withoutTime(answer))).toString(
            "hex",
          ),
        );
      }
      await service.close();
    }

    expect(answers).toHaveLength(16);
    expect(new Set(answers).size).toBe(1);
  });

  it("has the same content hash however it is written, and another one when it differs", async () => {
    const service = startTestService(readSampleCloses());
    const hashOf = async (change: object) => {
      const answer = await service.client.optimizePortfolio({ ...request, ...change });
      return answer.provenance?.contentHash;
    };

    const hash = await hashOf({});
    const same = await Promise.all([
      hashOf({ dataset: { id: "sample", revision: 3 } }),
      hashOf({ symbols: request.symbols.map((symbol) => symbol.toLowerCase()) }),
      hashOf({ expectedReturns: { method: { case: "historicalMean", value: {} } } }),
      hashOf({ constraints: { bounds: { KO: { min: 0.05 }, AAPL: { max: 0.3 } }, budget: 1 } }),
      hashOf({ constraints: { bounds: { ...request.constraints.bounds, XOM: { min: -0 } } } }),
    ]);
    const different = await Promise.all([
      hashOf({ riskFreeRatePerYear: 0.01 }),
      hashOf({ startDate: "1990-01-03" }),
      hashOf({ objective: MINIMUM_VARIANCE }),
      hashOf({ constraints: {} }),
    ]);
    await service.close();

    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(same)).toEqual(new Set([hash]));
    expect(new Set([hash, ...different]).size).toBe(5);
  });
});
