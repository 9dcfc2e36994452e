import {
  CentralityMeasure,
  NetworkKind,
} from "@portfolio/gen/portfolio/optimization/v1/constraint_pb.js";
import { Distance } from "@portfolio/gen/portfolio/optimization/v1/objective_pb.js";
import { RiskMeasureKind } from "@portfolio/gen/portfolio/optimization/v1/risk_pb.js";
import { readSampleCloses } from "@portfolio/platform/testing/sample-data-service";
import {
  assetNetwork,
  correlationDistances,
  correlationFromCovariance,
  sampleCovariance,
  simpleReturns,
} from "@portfolio/quant";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failureOf, startTestService, type TestService } from "./test-service.ts";

const MINIMUM_VARIANCE = { goal: { case: "minimumVariance", value: {} } } as const;
const GIVEN = "given" as const;
const TAIL = { kind: RiskMeasureKind.CONDITIONAL_VALUE_AT_RISK, level: 0.95 };
const SAMPLE = { method: { case: "sample", value: {} } } as const;

/** Assets of one volatility, 20 %, and these correlations. */
function assets(correlations: readonly (readonly number[])[]) {
  const n = correlations.length;
  const values = correlations.flat().map((rho) => 0.04 * rho);
  return {
    symbols: ["a", "b", "c", "d"].slice(0, n),
    expectedReturns: {
      method: { case: GIVEN, value: { values: [0.02, 0.05, 0.08, 0.1].slice(0, n) } },
    },
    covariance: { method: { case: GIVEN, value: { matrix: { rows: n, cols: n, values } } } },
    objective: MINIMUM_VARIANCE,
  };
}

/** A chain: the least tree ties each to the next. */
const CHAIN = assets([0, 1, 2, 3].map((i) => [0, 1, 2, 3].map((j) => 0.8 ** Math.abs(i - j))));
/** Two pairs with nothing in common. */
const PAIRS = assets([
  [1, 0.9, 0, 0],
  [0.9, 1, 0, 0],
  [0, 0, 1, 0.8],
  [0, 0, 0.8, 1],
]);

describe("limits by a network of the assets", () => {
  let service: TestService;
  beforeAll(() => {
    service = startTestService(readSampleCloses());
  });
  afterAll(() => service.close());

  async function weightsOf(request: object, network: object, constraints: object = {}) {
    const { weights } = await service.client.optimizePortfolio({
      ...request,
      constraints: { ...constraints, network },
    });
    return weights.map(({ weight }) => weight);
  }

  const expectWeights = (found: readonly number[], expected: readonly number[]) => {
    for (const [i, weight] of expected.entries()) {
      expect(found[i]).toBeCloseTo(weight, 9);
    }
  };

  it("keep neighbors apart", async () => {
    // Of a and c, a and d, b and d, the second have the least in common.
    expectWeights(await weightsOf(CHAIN, { separation: 1 }), [0.5, 0, 0, 0.5]);
  });

  it("leave one asset where all are near", async () => {
    const weights = await weightsOf(CHAIN, { separation: 3 });

    expect(weights.filter((weight) => weight > 0)).toEqual([1]);
  });

  it("hold so many of each cluster", async () => {
    const weights = await weightsOf(PAIRS, { perClusterMax: 1, clustering: { clusterCount: 2 } });

    expect(weights.slice(0, 2).sort()).toEqual([0, 0.5]);
    expect(weights.slice(2).sort()).toEqual([0, 0.5]);
  });

  it("bound the average centrality, with its shadow price", async () => {
    // Without it the ends have five times the weight of the middle, and 1.17 ties on average.
    const answer = await service.client.optimizePortfolio({
      ...CHAIN,
      constraints: {
        network: { centrality: CentralityMeasure.DEGREE, averageCentralityMin: 1.5 },
      },
    });

    expectWeights(
      answer.weights.map(({ weight }) => weight),
      [0.25, 0.25, 0.25, 0.25],
    );
    expect(answer.bindingConstraints).toMatchObject([
      {},
      {
        name: "average centrality at least 1.5",
        field: "constraints.network.average_centrality_min",
      },
    ]);
  });

  it("go with other measures and counts, on real prices", async () => {
    const closes = readSampleCloses();
    const symbols = ["AAPL", "AMD", "BAC", "CVX", "JPM", "KO", "MSFT", "PEP", "WMT", "XOM"];
    const period = { startDate: "2015-01-01", endDate: "2019-12-31" };
    const request = {
      symbols,
      ...period,
      covariance: SAMPLE,
      objective: {
        goal: { case: "minimumRisk", value: { measure: TAIL } } as const,
      },
    };
    const network = { kind: NetworkKind.PLANAR, separation: 1 };

    const weights = await weightsOf(request, network, { discreteness: { assetsMax: 4 } });

    const dates = [...(closes.get("KO")?.keys() ?? [])].filter(
      (date) => date >= period.startDate && date <= period.endDate,
    );
    const values = Float64Array.from(
      dates.flatMap((date) => symbols.map((symbol) => closes.get(symbol)?.get(date) ?? 0)),
    );
    const covariance = sampleCovariance(
      simpleReturns({ rows: dates.length, cols: symbols.length, values }),
    );
    const distances = correlationDistances(correlationFromCovariance(covariance));
    const { neighbors } = assetNetwork(distances, "planar");
    const held = [...weights.keys()].filter((i) => (weights[i] ?? 0) > 0);
    expect(held.length).toBeGreaterThan(1);
    expect(held.filter((i) => neighbors[i]?.some((j) => held.includes(j)))).toEqual([]);
  });

  it("draw the network by another distance", async () => {
    const request = { symbols: ["KO", "PEP", "XOM", "CVX"], objective: MINIMUM_VARIANCE };
    const clustering = { distance: Distance.SPEARMAN };

    const weights = await weightsOf(request, { separation: 1, clustering });

    expect(weights.filter((weight) => weight > 0)).toHaveLength(2);
  });

  it("bound the centrality of a frontier", async () => {
    const { objective: _, ...asked } = CHAIN;
    const { points } = await service.client.traceFrontier({
      ...asked,
      pointCount: 5,
      constraints: { network: { averageCentralityMax: 1.25 } },
    });

    for (const { weights } of points) {
      const average = [1, 2, 2, 1].reduce((sum, ties, i) => sum + ties * (weights[i] ?? 0), 0);
      expect(average).toBeLessThanOrEqual(1.25 + 1e-9);
    }
    expect(points).toHaveLength(5);
  });

  it.each([
    [
      "a centrality that no asset has",
      { averageCentralityMin: 3 },
      "CONSTRAINTS_INFEASIBLE",
      [
        "constraints.network.average_centrality_min",
        "constraints.budget",
        "constraints.default_min",
      ],
    ],
    [
      "a separation that leaves too few",
      { separation: 3 },
      "CONSTRAINTS_INFEASIBLE",
      ["constraints.network.separation"],
    ],
    [
      "crossed limits",
      { averageCentralityMin: 2, averageCentralityMax: 1 },
      "BOUNDS_REVERSED",
      ["constraints.network.average_centrality_min", "constraints.network.average_centrality_max"],
    ],
    ["no limit", {}, "REQUEST_INVALID", ["constraints.network"]],
    [
      "more clusters than assets",
      { perClusterMax: 1, clustering: { clusterCount: 5 } },
      "REQUEST_INVALID",
      ["constraints.network.clustering.cluster_count"],
    ],
  ])("refuse %s", async (_, network, reason, fields) => {
    const failure = await failureOf(weightsOf(CHAIN, network, { defaultMax: 0.6 }));

    expect(failure.reason).toBe(reason);
    expect(new Set(failure.fields)).toEqual(new Set(fields));
  });

  it("refuse assets without correlations, and frontiers that count", async () => {
    const still = assets([
      [1, 0],
      [0, 0],
    ]);
    const { objective: _, ...asked } = CHAIN;

    const failure = await failureOf(weightsOf(still, { averageCentralityMax: 1 }));
    const counting = await failureOf(
      service.client.traceFrontier({ ...asked, constraints: { network: { separation: 1 } } }),
    );

    expect(failure).toMatchObject({ reason: "ZERO_VOLATILITY" });
    expect(counting).toMatchObject({
      reason: "DISCRETENESS_UNSUPPORTED",
      fields: ["constraints.network"],
    });
  });
});
