import { Code } from "@connectrpc/connect";
import { readSampleCloses } from "@portfolio/platform/testing/sample-data-service";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failureOf, startTestService, type TestService } from "./test-service.ts";

const MINIMUM_VARIANCE = { goal: { case: "minimumVariance", value: {} } } as const;

const GIVEN = "given" as const;

/** Four uncorrelated assets with volatilities of 10, 20, 30 and 40 %. */
const FOUR_ASSETS = {
  symbols: ["a", "b", "c", "d"],
  expectedReturns: { method: { case: GIVEN, value: { values: [0.02, 0.05, 0.08, 0.1] } } },
  covariance: {
    method: {
      case: GIVEN,
      value: {
        matrix: {
          rows: 4,
          cols: 4,
          values: [0.01, 0, 0, 0, 0, 0.04, 0, 0, 0, 0, 0.09, 0, 0, 0, 0, 0.16],
        },
      },
    },
  },
};

describe("OptimizePortfolio with limits that count assets", () => {
  let service: TestService;
  beforeAll(() => {
    service = startTestService(readSampleCloses());
  });
  afterAll(() => service.close());

  async function weightsOf(discreteness: object, constraints: object = {}) {
    const { weights } = await service.client.optimizePortfolio({
      ...FOUR_ASSETS,
      objective: MINIMUM_VARIANCE,
      constraints: { ...constraints, discreteness },
    });
    return weights.map(({ weight }) => weight);
  }

  it("holds no more assets than it may", async () => {
    // Of two uncorrelated assets, weights go as 1/variance: 100 and 25.
    const weights = await weightsOf({ assetsMax: 2 });

    expect(weights[0]).toBeCloseTo(0.8, 12);
    expect(weights[1]).toBeCloseTo(0.2, 12);
    expect(weights.slice(2)).toEqual([0, 0]);
  });

  it("holds nothing small", async () => {
    // With the third at its least, 0.15, the first two share the rest as 4 to 1. The variance of
    // 0.0078 is below that of the first two alone, 0.008.
    const weights = await weightsOf({ positionMin: 0.15 });

    for (const [i, expected] of [0.68, 0.17, 0.15, 0].entries()) {
      expect(weights[i]).toBeCloseTo(expected, 12);
    }
  });

  it("holds whole lots", async () => {
    const weights = await weightsOf({ lot: 0.25 });

    expect(weights).toEqual([0.75, 0.25, 0, 0]);
  });

  it("trades few assets", async () => {
    const trading = { currentWeights: { a: 0.25, b: 0.25, c: 0.25, d: 0.25 } };
    const weights = await weightsOf({ tradesMax: 2 }, { trading });

    expect(weights.filter((weight) => weight === 0.25)).toHaveLength(2);
    // What the calmest and the wildest have in common, 0.5, is split as 16 to 1.
    expect(weights[0]).toBeCloseTo(8 / 17, 12);
    expect(weights[3]).toBeCloseTo(0.5 / 17, 12);
  });

  it("counts within groups", async () => {
    const groups = [{ name: "calm", symbols: ["a", "b"], max: 1 }];
    const weights = await weightsOf(
      { groupCounts: [{ group: "calm", max: 1 }], assetsMax: 2 },
      { groups },
    );

    // Without `b`, `c` is the next best: 100 to 100/9.
    expect(weights[0]).toBeCloseTo(0.9, 12);
    expect(weights[2]).toBeCloseTo(0.1, 12);
  });

  it("prices limits for the chosen assets, and least sizes, but not what is left out", async () => {
    const { weights, bindingConstraints } = await service.client.optimizePortfolio({
      ...FOUR_ASSETS,
      objective: MINIMUM_VARIANCE,
      constraints: {
        bounds: { a: { max: 0.5 } },
        discreteness: { assetsMax: 3, positionMin: 0.2 },
      },
    });

    // The variance of (0.5, 0.3, 0.2) is below that of (0.5, 0.5). With a third of at least 0.2, it
    // changes by 2(0.5·0.01 − 0.3·0.04) a unit of the first, and by 2(0.2·0.09 − 0.3·0.04) of the third.
    expect(weights.map(({ weight }) => Number(weight.toFixed(9)))).toEqual([0.5, 0.3, 0.2, 0]);
    const prices = bindingConstraints.map(({ field, shadowPrice }) => [field, shadowPrice]);
    expect(prices).toContainEqual([`constraints.bounds["a"].max`, expect.closeTo(0.014, 9)]);
    expect(prices).toContainEqual(["constraints.discreteness", expect.closeTo(0.012, 9)]);
    expect(bindingConstraints.map(({ name }) => name).join()).not.toContain("d ");
  });

  it("proves five of twenty stocks best within seconds", async () => {
    const { weights, provenance, notices } = await service.client.optimizePortfolio({
      symbols: [...readSampleCloses().keys()].slice(0, 20),
      startDate: "2018-01-02",
      endDate: "2022-12-28",
      objective: MINIMUM_VARIANCE,
      constraints: { discreteness: { assetsMax: 5, positionMin: 0.05 } },
    });

    const held = weights.filter(({ weight }) => weight > 0);
    expect(held.length).toBeLessThanOrEqual(5);
    expect(Math.min(...held.map(({ weight }) => weight))).toBeGreaterThanOrEqual(0.05 - 1e-9);
    expect(notices.map(({ reason }) => reason)).not.toContain("SEARCH_STOPPED");
    expect(provenance?.methodVersions["algorithm"]).toBe("branch-and-bound/1");
  });

  it.each([
    [{ groupCounts: [{ group: "none", max: 1 }] }, "GROUP_UNKNOWN", Code.InvalidArgument],
    [{ assetsMin: 3, assetsMax: 2, positionMin: 0.1 }, "BOUNDS_REVERSED", Code.InvalidArgument],
    [{ assetsMin: 5, positionMin: 0.1 }, "BOUNDS_REVERSED", Code.InvalidArgument],
    [{ assetsMin: 2 }, "REQUEST_INVALID", Code.InvalidArgument],
    [{ tradesMax: 2 }, "REQUEST_INVALID", Code.InvalidArgument],
    [{ positionMin: Number.NaN }, "REQUEST_INVALID", Code.InvalidArgument],
    [{ positionMinBySymbol: { z: 0.1 } }, "CONSTRAINT_SYMBOL_UNKNOWN", Code.InvalidArgument],
    [{ lot: 0.3 }, "CONSTRAINTS_INFEASIBLE", Code.FailedPrecondition],
  ])("refuses %o with %s", async (discreteness, reason, code) => {
    const failure = await failureOf(
      service.client.optimizePortfolio({
        ...FOUR_ASSETS,
        objective: MINIMUM_VARIANCE,
        constraints: { discreteness },
      }),
    );

    expect(failure).toMatchObject({ code, reason });
  });

  it("names the counts and sizes that cannot hold together, and no others", async () => {
    const failure = await failureOf(
      service.client.optimizePortfolio({
        ...FOUR_ASSETS,
        objective: MINIMUM_VARIANCE,
        constraints: {
          defaultMax: 0.45,
          discreteness: { assetsMax: 2, positionMin: 0.05, tradeMin: 0.01 },
          trading: { currentWeights: { a: 1 } },
        },
      }),
    );

    // Two assets of at most 45 % make no whole.
    expect(failure.reason).toBe("CONSTRAINTS_INFEASIBLE");
    expect(failure.fields).toEqual(["constraints.discreteness.assets_max"]);
  });

  it("names a group whose fewest are more than its most", async () => {
    const failure = await failureOf(
      service.client.optimizePortfolio({
        ...FOUR_ASSETS,
        objective: MINIMUM_VARIANCE,
        constraints: {
          groups: [{ name: "calm", symbols: ["a", "b"], max: 1 }],
          discreteness: { groupCounts: [{ group: "calm", min: 2, max: 1 }], positionMin: 0.1 },
        },
      }),
    );

    const path = "constraints.discreteness.group_counts[0]";
    expect(failure).toMatchObject({ reason: "BOUNDS_REVERSED" });
    expect(failure.fields).toEqual([`${path}.min`, `${path}.max`]);
  });

  it("refuses objectives that it cannot search for", async () => {
    const failure = await failureOf(
      service.client.optimizePortfolio({
        ...FOUR_ASSETS,
        objective: { goal: { case: "equalWeight", value: {} } },
        constraints: { discreteness: { assetsMax: 2 } },
      }),
    );

    expect(failure).toMatchObject({ reason: "DISCRETENESS_UNSUPPORTED" });
  });
});
