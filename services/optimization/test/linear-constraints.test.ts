import { closesOf } from "@portfolio/platform/testing/sample-data-service";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failureOf, startTestService, type TestService } from "./test-service.ts";

/** Estimates of uncorrelated assets that the caller brings, so that answers can be worked out by hand. */
function given(expectedReturns: number[], variances: number[]) {
  const n = variances.length;
  const values = variances.flatMap((v, i) => variances.map((_, j) => (i === j ? v : 0)));
  return {
    expectedReturns: { method: { case: "given", value: { values: expectedReturns } } },
    covariance: { method: { case: "given", value: { matrix: { rows: n, cols: n, values } } } },
  } as const;
}

const MINIMUM_VARIANCE = { goal: { case: "minimumVariance", value: {} } } as const;
const EQUALS = given([0.08, 0.05, 0.02], [0.04, 0.04, 0.04]);
const SYMBOLS = ["A", "B", "C-D"];

describe("OptimizePortfolio with linear constraints", () => {
  let service: TestService;
  beforeAll(() => {
    service = startTestService(closesOf({}));
  });
  afterAll(() => service.close());

  async function weightsUnder(constraints: object) {
    const { weights } = await service.client.optimizePortfolio({
      symbols: SYMBOLS,
      ...EQUALS,
      objective: MINIMUM_VARIANCE,
      constraints,
    });
    return weights.map(({ weight }) => weight);
  }

  function expectNear(weights: readonly number[], expected: readonly number[]) {
    for (const [i, weight] of expected.entries()) {
      expect(weights[i]).toBeCloseTo(weight, 12);
    }
  }

  it("keeps to limits in words, over symbols and groups", async () => {
    // By hand: a = 2b and c = 1 − 3b, of which 5b² + c² is least at b = 3/14.
    expectNear(await weightsUnder({ linear: [{ expression: "a >= 2 * b" }] }), [
      3 / 7,
      3 / 14,
      5 / 14,
    ]);
    expectNear(
      await weightsUnder({
        groups: [{ name: "tech", symbols: ["A", "B"] }],
        linear: [{ name: "cap", expression: "10% <= tech <= 0.5" }],
      }),
      [0.25, 0.25, 0.5],
    );
    expectNear(await weightsUnder({ linear: [{ expression: "'C-D' = 0.6" }] }), [0.2, 0.2, 0.6]);
  });

  it("keeps to limits in numbers and to exposures", async () => {
    const half = [0.25, 0.25, 0.5];
    expectNear(await weightsUnder({ linear: [{ coefficients: { "C-D": 2 }, min: 1 }] }), half);
    expectNear(
      await weightsUnder({ factors: [{ name: "size", loadings: { "C-D": 3 }, min: 1.5 }] }),
      half,
    );
    // By hand: the benchmark has an exposure of 0.4, and 0.1 more is asked for.
    expectNear(
      await weightsUnder({
        factors: [{ name: "size", loadings: { "C-D": 1 }, min: 0.1, relativeToBenchmark: true }],
        trackingError: { benchmarkWeights: { A: 0.6, "C-D": 0.4 } },
      }),
      half,
    );
  });

  it("invests as much as a budget range makes best", async () => {
    // By hand: least variance invests the least that it may, and utility w = μ/(γσ²).
    expectNear(await weightsUnder({ budgetRange: { min: 0.6, max: 1 } }), [0.2, 0.2, 0.2]);
    const { weights } = await service.client.optimizePortfolio({
      symbols: SYMBOLS,
      ...EQUALS,
      objective: { goal: { case: "maximumUtility", value: { riskAversion: 10 } } },
      constraints: { budgetRange: {} },
    });
    expectNear(
      weights.map(({ weight }) => weight),
      [0.2, 0.125, 0.05],
    );
  });

  it("names a rule in words that cannot be kept, and the least remedy", async () => {
    const failure = await failureOf(
      weightsUnder({
        linear: [{ expression: "A + B <= 0.3" }, { name: "cap", expression: "'C-D' <= 60%" }],
      }),
    );

    expect(failure).toMatchObject({ reason: "CONSTRAINTS_INFEASIBLE" });
    expect(failure.fields).toEqual(
      expect.arrayContaining([
        "constraints.linear[0].expression",
        "constraints.linear[1].expression",
      ]),
    );
    expect(failure.message).toContain("A + B at most 30 %");
    expect(failure.message).toMatch(/least remedy: raise the maximum of .* from \d+ % to \d+ %/);
    const [change, ...others] = JSON.parse(failure.metadata["relaxation"] ?? "[]");
    expect(others).toEqual([]);
    expect(change.to - change.from).toBeCloseTo(0.1, 12);
    expect(change.field).toMatch(/^constraints\.linear\[[01]\]\.expression$/);
  });

  it("says where a rule in words is wrong", async () => {
    const failure = await failureOf(weightsUnder({ linear: [{ expression: "A + E <= 0.3" }] }));

    expect(failure.reason).toBe("EXPRESSION_INVALID");
    expect(failure.descriptions[0]).toContain('at 5: "E" is no known asset or group');
  });
});
