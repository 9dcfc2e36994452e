import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import type { ConstraintsSchema } from "@portfolio/gen/portfolio/optimization/v1/constraint_pb.js";
import {
  type ObjectiveSchema,
  UncertaintyShape,
  UncertaintySource,
} from "@portfolio/gen/portfolio/optimization/v1/objective_pb.js";
import { SolutionStatus } from "@portfolio/gen/portfolio/optimization/v1/result_pb.js";
import {
  RiskMeasureKind,
  RiskMeasureSchema,
} from "@portfolio/gen/portfolio/optimization/v1/risk_pb.js";
import { readSampleCloses } from "@portfolio/platform/testing/sample-data-service";
import { type Matrix, matrixFromRows, portfolioRisk, simpleReturns } from "@portfolio/quant";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readRiskMeasure } from "../src/rpc/convert/read-risk-measure.ts";
import { failureOf, startTestService, type TestService } from "./test-service.ts";

type Goal = NonNullable<MessageInitShape<typeof ObjectiveSchema>["goal"]>;
type Limits = MessageInitShape<typeof ConstraintsSchema>;

const SYMBOLS = ["AAPL", "KO", "XOM", "MSFT", "JNJ", "JPM"];
const START_DATE = "2021-01-01";
const NO_COVARIANCE = matrixFromRows([]);
const CVAR = { kind: RiskMeasureKind.CONDITIONAL_VALUE_AT_RISK };
const DEVIATION = { kind: RiskMeasureKind.STANDARD_DEVIATION };
const EQUAL = Object.fromEntries(SYMBOLS.map((symbol) => [symbol, 1 / SYMBOLS.length]));

/** Daily returns of the symbols since the start date, shape (T, n). */
function sampleReturns(): Matrix {
  const closes = readSampleCloses();
  const series = SYMBOLS.map((symbol) => closes.get(symbol) ?? new Map<string, number>());
  const days = [...(series[0]?.keys() ?? [])].filter((day) => day >= START_DATE);
  return simpleReturns(
    matrixFromRows(days.map((day) => series.map((prices) => prices.get(day) ?? Number.NaN))),
  );
}

/** Portfolios near one: a little of each asset moved to each other one. */
function neighbors(weights: readonly number[]): Float64Array[] {
  return weights.flatMap((weight, i) =>
    weights.map((_, j) =>
      Float64Array.from(weights, (w, k) => w + (Number(k === j) - Number(k === i)) * weight * 0.01),
    ),
  );
}

/** Every measure of scenarios that can be minimized. */
const MEASURES = Object.values(RiskMeasureKind).filter(
  (kind): kind is RiskMeasureKind =>
    typeof kind === "number" &&
    ![
      RiskMeasureKind.UNSPECIFIED,
      RiskMeasureKind.VARIANCE,
      RiskMeasureKind.STANDARD_DEVIATION,
      RiskMeasureKind.VALUE_AT_RISK,
      RiskMeasureKind.DRAWDOWN_AT_RISK,
    ].includes(kind),
);

describe("goals of OptimizePortfolio", () => {
  const returns = sampleReturns();
  let service: TestService;
  beforeAll(() => {
    service = startTestService(readSampleCloses());
  });
  afterAll(() => service.close());

  function optimize(goal: Goal, constraints: Limits = {}) {
    return service.client.optimizePortfolio({
      symbols: SYMBOLS,
      startDate: START_DATE,
      objective: { goal },
      constraints,
    });
  }

  it.each(MEASURES.map((kind) => [RiskMeasureKind[kind], kind] as const))(
    "finds less %s than any small change of weights has",
    async (_, kind) => {
      const answer = await optimize({ case: "minimumRisk", value: { measure: { kind } } });

      expect(answer.certificate?.gap).toBeLessThan(1e-7);
      const weights = answer.weights.map(({ weight }) => weight);
      expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 9);
      for (const weight of weights) {
        expect(weight).toBeGreaterThanOrEqual(-1e-9);
      }
      const [figure] = answer.risks;
      expect(figure?.measure?.kind).toBe(kind);
      expect(answer.objectiveValue).toBeCloseTo(figure?.value ?? Number.NaN, 12);
      const least = answer.objectiveValue * (1 - 1e-9);
      const measure = readRiskMeasure(create(RiskMeasureSchema, { kind }), "");
      for (const other of neighbors(weights)) {
        const model = { covariance: NO_COVARIANCE, scenarios: { returns } };
        expect(portfolioRisk(measure, other, model).risk).toBeGreaterThanOrEqual(least);
      }
    },
  );

  it.each([
    RiskMeasureKind.CONDITIONAL_VALUE_AT_RISK,
    RiskMeasureKind.MEAN_ABSOLUTE_DEVIATION,
    RiskMeasureKind.MAXIMUM_DRAWDOWN,
    RiskMeasureKind.CONDITIONAL_DRAWDOWN_AT_RISK,
  ])("answers the same for measure %s at a vertex as through a cone", async (kind) => {
    const goal: Goal = { case: "minimumRisk", value: { measure: { kind } } };
    const exact = await optimize(goal, { defaultMax: 0.3 });
    const conic = await optimize(goal, {
      defaultMax: 0.3,
      riskLimits: [{ measure: { kind: RiskMeasureKind.STANDARD_DEVIATION }, max: 5 }],
    });

    expect(exact.certificate?.algorithm).toMatch(/^kink-simplex/);
    expect(exact.certificate?.gap).toBeLessThan(1e-12);
    expect(conic.certificate?.algorithm).toMatch(/^conic/);
    expect(conic.objectiveValue).toBeCloseTo(exact.objectiveValue, 10);
    expect(exact.bindingConstraints.length).toBeGreaterThan(0);
    const fieldsOf = ({ bindingConstraints }: typeof exact) =>
      bindingConstraints.map(({ field }) => field).sort();
    expect(fieldsOf(exact)).toEqual(fieldsOf(conic));
  });

  it.each<[string, RegExp, Parameters<typeof optimize>[1]]>([
    ["a cone", /^conic/, { riskLimits: [{ measure: DEVIATION, max: 5 }] }],
    ["a working set", /^active-set/, { leverage: { grossMax: 5 } }],
  ])(
    "answers the same for volatility through %s as on the frontier",
    async (_, algorithm, limits) => {
      const goal: Goal = { case: "minimumVariance", value: {} };
      const exact = await optimize(goal);
      const other = await optimize(goal, limits);

      expect(exact.certificate?.algorithm).toMatch(/^critical-line/);
      expect(other.certificate?.algorithm).toMatch(algorithm);
      expect(other.volatilityPerYear).toBeCloseTo(exact.volatilityPerYear, 9);
      for (const [i, { weight }] of exact.weights.entries()) {
        expect(other.weights[i]?.weight).toBeCloseTo(weight, 5);
      }
    },
  );

  it("finds the same highest Sharpe ratio through a cone as on the frontier", async () => {
    const goal: Goal = { case: "maximumSharpe", value: {} };
    const exact = await optimize(goal);
    const conic = await optimize(goal, { leverage: { grossMax: 5 } });

    expect(conic.sharpeRatio).toBeCloseTo(exact.sharpeRatio, 8);
    expect(conic.objectiveValue).toBeCloseTo(exact.objectiveValue, 8);
  });

  it("explains what else than the goal shaped the answer", async () => {
    const goal: Goal = { case: "minimumVariance", value: {} };
    const explain = async (objective: MessageInitShape<typeof ObjectiveSchema>) => {
      const request = { symbols: SYMBOLS, startDate: START_DATE, objective };
      const { explanation } = await service.client.optimizePortfolio(request);
      return explanation.join(" ");
    };

    expect(await explain({ goal, customTerms: { l2: 1 } })).toMatch(/terms that the request adds/);
    expect(await explain({ goal, robustness: { covariance: {} } })).toMatch(/worst estimates/);
    expect(await explain({ goal, robustness: { resampling: { drawCount: 3 } } })).toMatch(
      /mean of 3 portfolios/,
    );
  });

  it.each([RiskMeasureKind.VARIANCE, RiskMeasureKind.SEMIVARIANCE])(
    "refuses a ratio to measure %i, which is not homogeneous",
    async (kind) => {
      const call = optimize({ case: "maximumRatio", value: { measure: { kind } } });

      expect(await failureOf(call)).toMatchObject({
        reason: "REQUEST_INVALID",
        fields: ["objective.maximum_ratio.measure.kind"],
      });
    },
  );

  it("beats the CVaR ratio of equal weights", async () => {
    const best = await optimize({ case: "maximumRatio", value: { measure: CVAR } });
    const equal = await service.client.optimizePortfolio({
      symbols: SYMBOLS,
      startDate: START_DATE,
      objective: { goal: { case: "equalWeight", value: {} } },
      reportMeasures: [CVAR],
    });

    expect(best.risks[0]?.ratio).toBeGreaterThan(equal.risks.at(-1)?.ratio ?? Number.NaN);
  });

  it("keeps within several limits at once and says which bind", async () => {
    const constraints: Limits = {
      trading: { currentWeights: EQUAL, turnoverMax: 0.5 },
      riskLimits: [{ measure: CVAR, max: 0.024 }],
      trackingError: { benchmarkWeights: EQUAL, maxPerYear: 0.06 },
    };
    const answer = await optimize({ case: "maximumReturn", value: {} }, constraints);

    const turnover = answer.weights.reduce((sum, { change }) => sum + Math.abs(change), 0);
    expect(turnover).toBeLessThanOrEqual(0.5 + 1e-9);
    expect(answer.trading?.turnover).toBeCloseTo(turnover, 12);
    const cvar = answer.risks.find(({ measure }) => measure?.kind === CVAR.kind);
    expect(cvar?.value).toBeLessThanOrEqual(0.024 + 1e-9);
    expect(answer.bindingConstraints.length).toBeGreaterThan(0);
    for (const { field, shadowPrice, name } of answer.bindingConstraints) {
      expect(field).toMatch(/^constraints\./);
      expect(shadowPrice).toBeGreaterThan(0);
      expect(name).not.toBe("");
    }
  });

  it("prices a limit at what loosening it brings", async () => {
    const solve = async (turnoverMax: number) =>
      optimize(
        { case: "maximumUtility", value: { riskAversion: 4 } },
        { trading: { currentWeights: EQUAL, turnoverMax } },
      );
    const answer = await solve(0.4);
    const looser = await solve(0.4 + 1e-4);

    const price = answer.bindingConstraints.find(
      ({ field }) => field === "constraints.trading.turnover_max",
    )?.shadowPrice;
    expect(price).toBeCloseTo((looser.objectiveValue - answer.objectiveValue) / 1e-4, 3);
  });

  it("trades less the dearer trades are", async () => {
    const solve = (linear: number, impact: number) =>
      optimize(
        { case: "maximumUtility", value: { riskAversion: 4 } },
        { trading: { currentWeights: EQUAL, costs: { linear, impact } } },
      );
    const free = await solve(0, 0);
    const dear = await solve(0.02, 0.05);
    const forbidding = await solve(1, 0);

    expect(dear.trading?.turnover).toBeLessThan(free.trading?.turnover ?? 0);
    expect(dear.trading?.costPerYear).toBeGreaterThan(0);
    expect(forbidding.trading?.turnover).toBeLessThan(1e-8);
  });

  it("grows faster by Kelly's criterion than any other portfolio here", async () => {
    const kelly = await optimize({ case: "kelly", value: {} });
    const approximate = await optimize({ case: "kelly", value: { form: 2 } });

    expect(kelly.certificate?.status).toBe(SolutionStatus.OPTIMAL);
    expect(kelly.expectedReturnPerYear).toBeCloseTo(approximate.expectedReturnPerYear, 2);
  });

  it("prefers rare gains to rare losses", async () => {
    const weights = { varianceWeight: 2, kurtosisWeight: 0 };
    const solve = (skewnessWeight: number) =>
      optimize({ case: "momentUtility", value: { ...weights, skewnessWeight } });
    const plain = await solve(0);
    const skewed = await solve(2000);
    const aversion = await optimize({ case: "momentUtility", value: { riskAversion: 4 } });

    expect(plain.certificate?.status).toBe(SolutionStatus.OPTIMAL);
    expect(skewed.certificate?.status).toBe(SolutionStatus.LOCALLY_OPTIMAL);
    expect(skewed.expectedReturnPerYear).not.toBeCloseTo(plain.expectedReturnPerYear, 4);
    expect(aversion.certificate?.dualResidual).toBeLessThan(1e-9);
  });

  it("asks for the aversion or all weights of a utility of moments", async () => {
    const failure = await failureOf(
      optimize({ case: "momentUtility", value: { varianceWeight: 1 } }),
    );

    expect(failure).toMatchObject({ reason: "REQUEST_INVALID" });
  });

  it("copies a benchmark that the constraints allow", async () => {
    const answer = await optimize(
      { case: "benchmarkTracking", value: {} },
      { trackingError: { benchmarkWeights: EQUAL } },
    );

    for (const { weight } of answer.weights) {
      expect(weight).toBeCloseTo(1 / SYMBOLS.length, 6);
    }
  });

  it("names limits that cannot hold together", async () => {
    const failure = await failureOf(
      optimize(
        { case: "maximumReturn", value: {} },
        { riskLimits: [{ measure: CVAR, max: 0.001 }] },
      ),
    );

    expect(failure).toMatchObject({
      code: Code.FailedPrecondition,
      reason: "CONSTRAINTS_INFEASIBLE",
    });
    expect(failure.fields).toContain("constraints.risk_limits[0].max");
  });

  it("tells how near to a target of risk the constraints come", async () => {
    const failure = await failureOf(
      optimize({ case: "targetRisk", value: { limit: { measure: CVAR, max: 0.001 } } }),
    );

    expect(failure.reason).toBe("TARGET_OUT_OF_RANGE");
    expect(failure.fields).toEqual(["objective.target_risk.limit.max"]);
    expect(Number(failure.metadata["minimum"])).toBeGreaterThan(0.01);
  });

  it("asks for a measure where none is set", async () => {
    const failure = await failureOf(optimize({ case: "minimumRisk", value: { measure: {} } }));

    expect(failure.reason).toBe("RISK_MEASURE_MISSING");
    expect(failure.fields).toEqual(["objective.minimum_risk.measure.kind"]);
  });

  it("traces the frontier of any measure, and says how far its chords may err", async () => {
    const answer = await service.client.traceFrontier({
      symbols: SYMBOLS,
      startDate: START_DATE,
      measure: CVAR,
      pointCount: 8,
    });

    expect(answer.turningPoints).toEqual([]);
    expect(answer.points).toHaveLength(8);
    expect(answer.certificate?.gap).toBeLessThan(0.02);
    for (const [k, { expectedReturnPerYear, risk }] of answer.points.entries()) {
      const next = answer.points[k + 1];
      expect(expectedReturnPerYear).toBeGreaterThanOrEqual(next?.expectedReturnPerYear ?? -1);
      expect(risk).toBeGreaterThanOrEqual((next?.risk ?? -1) - 1e-9);
    }
    const least = await optimize({ case: "minimumRisk", value: { measure: CVAR } });
    expect(answer.points.at(-1)?.risk).toBeCloseTo(least.objectiveValue, 9);
  });

  it("keeps the limits that are not linear along a frontier", async () => {
    const answer = await service.client.traceFrontier({
      symbols: SYMBOLS,
      startDate: START_DATE,
      constraints: { trading: { currentWeights: EQUAL, turnoverMax: 0.3 } },
      pointCount: 5,
    });

    for (const { weights } of answer.points) {
      const turnover = weights.reduce((sum, w) => sum + Math.abs(w - 1 / SYMBOLS.length), 0);
      expect(turnover).toBeLessThanOrEqual(0.3 + 1e-8);
    }
  });

  it("measures a given portfolio by every measure that is asked for", async () => {
    const kinds = [...MEASURES, RiskMeasureKind.VALUE_AT_RISK, RiskMeasureKind.DRAWDOWN_AT_RISK];
    const answer = await service.client.analyzePortfolio({
      positions: SYMBOLS.map((symbol) => ({ symbol, weight: 1 / SYMBOLS.length })),
      startDate: START_DATE,
      measures: kinds.map((kind) => ({ kind })),
    });

    expect(answer.risks.map(({ measure }) => measure?.kind)).toEqual(kinds);
    for (const { value, measure } of answer.risks) {
      expect(value, RiskMeasureKind[measure?.kind ?? 0]).toBeGreaterThan(0);
    }
  });

  it("checks the weights of a rule against limits that are not linear", async () => {
    const failure = await failureOf(
      optimize({ case: "equalWeight", value: {} }, { riskLimits: [{ measure: CVAR, max: 0.001 }] }),
    );

    expect(failure.reason).toBe("RULE_VIOLATES_CONSTRAINTS");
    expect(failure.fields).toEqual(["constraints.risk_limits[0].max"]);
  });

  it("diversifies most within a turnover", async () => {
    const goal: Goal = { case: "maximumDiversification", value: {} };
    const free = await optimize(goal);
    const held = await optimize(goal, {
      trading: { currentWeights: EQUAL, turnoverMax: 0.1 },
    });

    expect(held.trading?.turnover).toBeLessThanOrEqual(0.1 + 1e-8);
    expect(held.objectiveValue).toBeLessThan(free.objectiveValue);
  });

  it("leaves assets alone that are not traded", async () => {
    const answer = await optimize(
      { case: "minimumVariance", value: {} },
      { trading: { currentWeights: { KO: 0.3, XOM: 0.7 }, notTraded: ["KO"] } },
    );

    expect(answer.weights[1]?.weight).toBe(0.3);
    expect(answer.weights[1]?.change).toBe(0);
  });

  it("trades no more of an asset than may be traded", async () => {
    const trading = {
      currentWeights: EQUAL,
      tradeMax: 0.05,
      tradeMaxBySymbol: { xom: 0.01, JNJ: 0.5 },
    };
    const answer = await optimize({ case: "minimumVariance", value: {} }, { trading });
    const free = await optimize({ case: "minimumVariance", value: {} });

    for (const { symbol, change } of answer.weights) {
      const most = { XOM: 0.01, JNJ: 0.5 }[symbol] ?? 0.05;
      expect(Math.abs(change)).toBeLessThanOrEqual(most + 1e-12);
    }
    expect(free.weights.some(({ weight }) => Math.abs(weight - 1 / 6) > 0.051)).toBe(true);
    expect(answer.bindingConstraints.map(({ field }) => field)).toContain(
      "constraints.trading.trade_max",
    );
  });

  it("says where trades are too small to reach the bounds", async () => {
    const call = optimize(
      { case: "minimumVariance", value: {} },
      { bounds: { KO: { min: 0.5 } }, trading: { currentWeights: EQUAL, tradeMax: 0.1 } },
    );

    expect(await failureOf(call)).toMatchObject({
      reason: "BOUNDS_REVERSED",
      fields: ['constraints.bounds["KO"].min', "constraints.trading.trade_max"],
    });
  });

  it("averages the portfolios of subsets of the assets", async () => {
    const minimumVariance = { case: "minimumVariance", value: {} } as const;
    const solve = (symbols: readonly string[], subsetSize = 0, drawCount = 2000) =>
      service.client.optimizePortfolio({
        symbols: [...symbols],
        startDate: START_DATE,
        objective: {
          goal: minimumVariance,
          ...(subsetSize > 0 && { robustness: { resampling: { drawCount, subsetSize, seed: 3 } } }),
        },
      });
    const three = ["AAPL", "KO", "XOM"];
    const pairs = await Promise.all(three.map((left) => solve(three.filter((s) => s !== left))));

    const mean = await solve(three, 2);
    const all = await solve(three, 3, 5);
    const plain = await solve(three);

    for (const { symbol, weight } of mean.weights) {
      const weights = pairs.flatMap((pair) =>
        pair.weights.filter((each) => each.symbol === symbol),
      );
      const expected = weights.reduce((sum, each) => sum + each.weight, 0) / 3;
      // Four standard errors of 2000 draws.
      expect(Math.abs(weight - expected)).toBeLessThan(4 * Math.sqrt(0.25 / 2000));
    }
    expect(mean.certificate?.algorithm).toBe("subset-resampled-frontier/1");
    for (const [i, { weight }] of all.weights.entries()) {
      expect(weight).toBeCloseTo(plain.weights[i]?.weight ?? 0, 12);
    }
  });

  it("refuses subsets of more assets than there are", async () => {
    const call = service.client.optimizePortfolio({
      symbols: SYMBOLS,
      startDate: START_DATE,
      objective: {
        goal: { case: "minimumVariance", value: {} },
        robustness: { resampling: { drawCount: 5, subsetSize: 7, seed: 1 } },
      },
    });

    expect(await failureOf(call)).toMatchObject({
      reason: "REQUEST_INVALID",
      fields: ["objective.robustness.resampling.subset_size"],
    });
  });

  it("is more cautious about returns that may err", async () => {
    const objective = { goal: { case: "maximumUtility", value: { riskAversion: 15 } } } as const;
    const solve = (robustness: MessageInitShape<typeof ObjectiveSchema>["robustness"]) =>
      service.client.optimizePortfolio({
        symbols: SYMBOLS,
        startDate: START_DATE,
        objective: { ...objective, ...(robustness && { robustness }) },
      });
    const plain = await solve(undefined);
    const box = await solve({ expectedReturns: { shape: UncertaintyShape.BOX, confidence: 0.9 } });
    const ellipsoid = await solve({ expectedReturns: { confidence: 0.9 } });
    const covariance = await solve({
      covariance: { shape: UncertaintyShape.BOX, source: UncertaintySource.BOOTSTRAP, seed: 4 },
    });
    const resampled = await solve({ resampling: { drawCount: 50, seed: 1 } });

    for (const robust of [box, ellipsoid, covariance]) {
      expect(robust.volatilityPerYear).toBeLessThan(plain.volatilityPerYear);
    }
    const held = ({ weights }: typeof plain) =>
      weights.filter(({ weight }) => weight > 1e-6).length;
    expect(held(resampled)).toBeGreaterThanOrEqual(held(plain));
  });

  it("holds a share of the variance to its limit, and calls the answer a local one", async () => {
    const answer = await optimize(
      { case: "maximumUtility", value: { riskAversion: 15 } },
      { riskShareLimits: [{ symbols: ["XOM"], max: 0.4 }] },
    );

    const share = answer.weights
      .filter(({ symbol }) => ["XOM"].includes(symbol))
      .reduce((sum, { riskShare }) => sum + riskShare, 0);
    expect(share).toBeLessThanOrEqual(0.4 + 1e-8);
    expect(answer.certificate?.status).toBe(SolutionStatus.LOCALLY_OPTIMAL);
  });

  it("counts linear, quadratic, L1 and L2 terms of the caller's own in the objective", async () => {
    const n = SYMBOLS.length;
    const linear = SYMBOLS.map((_, i) => 0.01 * i);
    const values = Array.from({ length: n * n }, (_, k) => (k % (n + 1) === 0 ? 0.02 : 0));
    const answer = await service.client.optimizePortfolio({
      symbols: SYMBOLS,
      startDate: START_DATE,
      objective: {
        goal: { case: "minimumVariance", value: {} },
        customTerms: { linear, quadratic: { rows: n, cols: n, values }, l1: 0.03, l2: 0.04 },
      },
      constraints: { defaultMin: -0.2 },
    });

    const weights = answer.weights.map(({ weight }) => weight);
    const terms = weights.map(
      (w, i) => (linear[i] ?? 0) * w + 0.03 * Math.abs(w) + ((0.02 + 0.04) / 2) * w * w,
    );
    const variance = answer.volatilityPerYear ** 2;
    expect(answer.objectiveValue).toBeCloseTo(
      terms.reduce((sum, term) => sum + term, variance),
      9,
    );
  });

  it.each<[string, Goal, Limits, string, string]>([
    [
      "a measure that is not convex",
      { case: "minimumRisk", value: { measure: { kind: RiskMeasureKind.DRAWDOWN_AT_RISK } } },
      {},
      "RISK_MEASURE_NOT_CONVEX",
      "objective.minimum_risk.measure.kind",
    ],
    [
      "a limit on a measure that is not convex",
      { case: "minimumVariance", value: {} },
      { riskLimits: [{ measure: { kind: RiskMeasureKind.DRAWDOWN_AT_RISK }, max: 1 }] },
      "RISK_MEASURE_NOT_CONVEX",
      "constraints.risk_limits[0].measure.kind",
    ],
    [
      "tracking without a benchmark",
      { case: "benchmarkTracking", value: {} },
      {},
      "BENCHMARK_MISSING",
      "constraints.tracking_error",
    ],
  ])("refuses %s", async (_, goal, constraints, reason, field) => {
    const failure = await failureOf(optimize(goal, constraints));

    expect(failure).toMatchObject({ reason, fields: [field] });
  });
});
