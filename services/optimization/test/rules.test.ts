import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import type { ConstraintsSchema } from "@portfolio/gen/portfolio/optimization/v1/constraint_pb.js";
import {
  Distance,
  Linkage,
  NestedGoal,
  type ObjectiveSchema,
  OnlineRule,
} from "@portfolio/gen/portfolio/optimization/v1/objective_pb.js";
import { SolutionStatus } from "@portfolio/gen/portfolio/optimization/v1/result_pb.js";
import { RiskMeasureKind } from "@portfolio/gen/portfolio/optimization/v1/risk_pb.js";
import { readSampleCloses } from "@portfolio/platform/testing/sample-data-service";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failureOf, startTestService, type TestService } from "./test-service.ts";

type Goal = NonNullable<MessageInitShape<typeof ObjectiveSchema>["goal"]>;
type Limits = MessageInitShape<typeof ConstraintsSchema>;

const SYMBOLS = ["AAPL", "KO", "XOM", "MSFT", "JNJ", "JPM", "PFE", "CVX"];
const CVAR = { kind: RiskMeasureKind.CONDITIONAL_VALUE_AT_RISK };
const SHORT: Limits = { defaultMin: -3, defaultMax: 3 };

const RULES = {
  "exponentiated-gradient": OnlineRule.EXPONENTIATED_GRADIENT,
  "passive-aggressive": OnlineRule.PASSIVE_AGGRESSIVE,
  "moving-average-reversion": OnlineRule.MOVING_AVERAGE_REVERSION,
} as const;

// Made by universal-portfolios: see make_online_learning.py there.
const { answers: learned } = JSON.parse(
  readFileSync(
    join(import.meta.dirname, "../../../packages/quant/test/reference/online-learning.json"),
    "utf8",
  ),
) as {
  answers: readonly {
    readonly rule: { readonly kind: keyof typeof RULES } & Readonly<Record<string, number>>;
    readonly weights: readonly number[];
  }[];
};

describe("rules of OptimizePortfolio", () => {
  let service: TestService;
  beforeAll(() => {
    service = startTestService(readSampleCloses());
  });
  afterAll(() => service.close());

  async function optimize(goal: Goal, constraints: Limits = {}) {
    const answer = await service.client.optimizePortfolio({
      symbols: SYMBOLS,
      startDate: "2021-01-01",
      objective: { goal },
      constraints,
    });
    const weights = answer.weights.map(({ weight }) => weight);
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 9);
    return { answer, weights };
  }

  it.each(learned)(
    "learns day by day as another program does: $rule",
    async ({ rule, weights }) => {
      const closes = readSampleCloses();
      const days = [...(closes.get("AAPL")?.keys() ?? [])];
      const parameter = rule["rate"] ?? rule["sensitivity"] ?? rule["threshold"] ?? Number.NaN;
      const value = { rule: RULES[rule.kind], parameter, windowDays: rule["window"] ?? 0 };
      const answer = await service.client.optimizePortfolio({
        symbols: [...closes.keys()].slice(0, 6),
        startDate: days.at(-121) ?? "",
        objective: { goal: { case: "onlineLearning", value } },
      });

      expect(answer.certificate?.status).toBe(SolutionStatus.RULE);
      for (const [i, { weight }] of answer.weights.entries()) {
        expect(weight).toBeCloseTo(weights[i] ?? Number.NaN, 9);
      }
      expect(answer.provenance?.methodVersions["rule"]).toBe("online-learning/1");
    },
  );

  it("shares out CVaR by budgets", async () => {
    const budgets = Object.fromEntries(SYMBOLS.map((symbol, i) => [symbol, i + 1]));
    const { answer } = await optimize({ case: "riskParity", value: { measure: CVAR, budgets } });

    // A kink of CVaR lets a gradient differ from the subgradient that has the shares.
    const total = answer.weights.reduce((sum, each) => sum + each.riskContribution, 0);
    for (const [i, { riskContribution }] of answer.weights.entries()) {
      expect(Math.abs(riskContribution / total - (i + 1) / 36)).toBeLessThan(0.02);
    }
    expect(answer.certificate?.status).toBe(SolutionStatus.RULE);
    expect(answer.certificate?.algorithm).toMatch(/^conic/);
    expect(answer.risks[0]?.measure?.kind).toBe(CVAR.kind);
  });

  it("keeps risk parity within constraints where it is asked to", async () => {
    const capped: Limits = { bounds: { KO: { max: 0.1 } } };
    const free = await optimize({ case: "riskParity", value: {} });
    const same = await optimize({ case: "riskParity", value: { withinConstraints: true } });
    const within = await optimize(
      { case: "riskParity", value: { withinConstraints: true } },
      capped,
    );
    const failure = await failureOf(optimize({ case: "riskParity", value: {} }, capped));

    expect(same.weights).toEqual(free.weights);
    expect(free.weights[1]).toBeGreaterThan(0.1);
    expect(within.weights[1]).toBeCloseTo(0.1, 7);
    expect(failure.reason).toBe("RULE_VIOLATES_CONSTRAINTS");
  });

  it("names the bounds that leave risk parity no positive weights", async () => {
    const failure = await failureOf(
      optimize(
        { case: "riskParity", value: { withinConstraints: true } },
        { bounds: { KO: { max: 0 } } },
      ),
    );

    expect(failure).toMatchObject({
      code: Code.FailedPrecondition,
      reason: "CONSTRAINTS_INFEASIBLE",
      fields: ['constraints.bounds["KO"].max'],
    });
  });

  it("loosens risk parity for a return", async () => {
    const strict = await optimize({ case: "relaxedRiskParity", value: { penalty: 0 } });
    const parity = await optimize({ case: "riskParity", value: {} });
    const returnPerYear = strict.answer.expectedReturnPerYear + 0.02;
    const loose = await optimize({
      case: "relaxedRiskParity",
      value: { penalty: 0, returnPerYear },
    });

    for (const [i, weight] of strict.weights.entries()) {
      expect(Math.abs(weight - (parity.weights[i] ?? 0))).toBeLessThan(1e-4);
    }
    expect(loose.answer.expectedReturnPerYear).toBeCloseTo(returnPerYear, 6);
    const failure = await failureOf(
      optimize({ case: "relaxedRiskParity", value: { returnPerYear: 9 } }),
    );
    expect(failure.fields).toEqual(["objective.relaxed_risk_parity.return_per_year"]);
  });

  it("shares out the risk of components and of given factors", async () => {
    const all = await optimize({ case: "factorRiskParity", value: {} }, SHORT);
    const one = await optimize({ case: "factorRiskParity", value: { componentCount: 1 } }, SHORT);
    const given = await optimize(
      {
        case: "factorRiskParity",
        value: { loadings: { rows: 8, cols: 1, values: Array(8).fill(1) }, budgets: [3] },
      },
      SHORT,
    );

    expect(all.answer.provenance?.methodVersions["rule"]).toBe("factor-risk-parity/1");
    expect(one.weights).not.toEqual(all.weights);
    for (const weight of given.weights) {
      expect(weight).toBeCloseTo(1 / 8, 12);
    }
  });

  const distances = Object.values(Distance).filter((value) => typeof value === "number");
  it.each(distances.map((distance) => [Distance[distance], distance] as const))(
    "splits down a tree by %s",
    async (_, distance) => {
      const clustering = { distance, linkage: Linkage.AVERAGE, optimalLeafOrder: true };
      const { weights } = await optimize({
        case: "hierarchicalRiskParity",
        value: { clustering, measure: CVAR },
      });

      expect(Math.min(...weights)).toBeGreaterThan(0);
    },
  );

  it("splits within bounds", async () => {
    const limits: Limits = { defaultMin: 0.1, defaultMax: 0.15 };
    const goal = (withinBounds: boolean): Goal => ({
      case: "hierarchicalRiskParity",
      value: { withinBounds },
    });
    const { weights } = await optimize(goal(true), limits);

    for (const weight of weights) {
      expect(weight).toBeGreaterThanOrEqual(0.1 - 1e-12);
      expect(weight).toBeLessThanOrEqual(0.15 + 1e-12);
    }
    expect((await failureOf(optimize(goal(false), limits))).reason).toBe(
      "RULE_VIOLATES_CONSTRAINTS",
    );
  });

  it("shares risk equally among clusters, and weights within them", async () => {
    const clustering = { clusterCount: 3 };
    const herc = await optimize({ case: "hierarchicalEqualRisk", value: { clustering } });
    const herc2 = await optimize({
      case: "hierarchicalEqualRisk",
      value: { clustering, equalWithin: true },
    });

    expect(new Set(herc.weights.map((weight) => weight.toFixed(9))).size).toBe(8);
    expect(new Set(herc2.weights.map((weight) => weight.toFixed(9))).size).toBe(3);
  });

  it("nests portfolios in portfolios", async () => {
    const whole = await optimize({ case: "minimumVariance", value: {} });
    const nested = await optimize({ case: "nestedClusters", value: {} });
    const single = await optimize({
      case: "nestedClusters",
      value: { clustering: { clusterCount: 1 } },
    });
    const equal = await optimize({
      case: "nestedClusters",
      value: {
        clustering: { clusterCount: 8 },
        inner: NestedGoal.MAXIMUM_SHARPE,
        outer: NestedGoal.EQUAL_WEIGHT,
      },
    });

    expect(nested.answer.volatilityPerYear).toBeGreaterThanOrEqual(whole.answer.volatilityPerYear);
    for (const [i, weight] of single.weights.entries()) {
      expect(weight).toBeCloseTo(whole.weights[i] ?? Number.NaN, 9);
    }
    expect(equal.weights).toEqual(Array(8).fill(1 / 8));
  });

  it.each([Linkage.SINGLE, Linkage.COMPLETE, Linkage.MEDIAN, Linkage.DIRECTED_BUBBLE])(
    "splits equal risk along the tree of linkage %d",
    async (linkage) => {
      const clustering = { linkage };
      const { weights } = await optimize({ case: "hierarchicalEqualRisk", value: { clustering } });

      expect(weights.every((weight) => weight > 0)).toBe(true);
      expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
    },
  );

  it("goes from hierarchical risk parity towards minimum variance", async () => {
    const clustering = { linkage: Linkage.WARD };
    const tree = await optimize({ case: "hierarchicalRiskParity", value: { clustering } });
    const none = await optimize({ case: "schurComplementary", value: { gamma: 0 } });
    const some = await optimize({ case: "schurComplementary", value: { gamma: 0.3 } });
    const most = await optimize({ case: "schurComplementary", value: { gamma: 1 } }, SHORT);

    for (const [i, weight] of none.weights.entries()) {
      expect(weight).toBeCloseTo(tree.weights[i] ?? Number.NaN, 12);
    }
    expect(some.answer.volatilityPerYear).toBeLessThan(none.answer.volatilityPerYear);
    expect(most.answer.notices.map(({ reason }) => reason)).toContain("SCHUR_GAMMA_REDUCED");
  });

  it("finds the least correlated portfolio", async () => {
    const { answer, weights } = await optimize(
      { case: "maximumDecorrelation", value: {} },
      { defaultMax: 0.2 },
    );

    expect(Math.max(...weights)).toBeLessThanOrEqual(0.2 + 1e-12);
    expect(answer.certificate?.status).toBe(SolutionStatus.OPTIMAL);
    expect(answer.objectiveValue).toBeLessThan(1);
    expect(answer.bindingConstraints.length).toBeGreaterThan(0);
  });

  it.each([
    { customTerms: { l2: 1 } },
    { robustness: { covariance: {} } },
    { robustness: { resampling: { drawCount: 5 } } },
  ])("refuses %o, which would have no effect", async (extra) => {
    const cases = ["equalWeight", "riskParity", "maximumDiversification"] as const;
    for (const goal of cases) {
      const call = service.client.optimizePortfolio({
        symbols: SYMBOLS,
        startDate: "2021-01-01",
        objective: { goal: { case: goal, value: {} }, ...extra },
      });

      expect(await failureOf(call)).toMatchObject({
        code: Code.InvalidArgument,
        reason: "REQUEST_INVALID",
      });
    }
  });

  it("refuses clusters of a tree that is not cut, and components beside loadings", async () => {
    const clustering = { clusterCount: 3 };
    const loadings = { rows: 8, cols: 1, values: SYMBOLS.map(() => 1) };
    const goals: Goal[] = [
      { case: "hierarchicalRiskParity", value: { clustering } },
      { case: "schurComplementary", value: { clustering } },
      { case: "factorRiskParity", value: { componentCount: 1, loadings } },
    ];
    for (const goal of goals) {
      expect(await failureOf(optimize(goal))).toMatchObject({ reason: "REQUEST_INVALID" });
    }
  });

  it("refuses measures that risk cannot be shared out by", async () => {
    const ragged = { kind: RiskMeasureKind.VALUE_AT_RISK };
    const failure = await failureOf(optimize({ case: "riskParity", value: { measure: ragged } }));

    expect(failure).toMatchObject({
      code: Code.InvalidArgument,
      reason: "RISK_MEASURE_NOT_CONVEX",
      fields: ["objective.risk_parity.measure.kind"],
    });
  });
});
