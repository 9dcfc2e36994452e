import { describe, expect, it } from "vitest";
import { sampleReturns, takeColumns } from "../../../test/sample-returns.ts";
import { termValue } from "../../convex/terms/term-forms.ts";
import { sampleCovariance } from "../../covariance/sample-covariance.ts";
import { ArgumentError } from "../../errors.ts";
import { historicalMean } from "../../expected-returns/historical-mean.ts";
import { matrixFromRows } from "../../linalg/matrix.ts";
import { linearSystem } from "../../optimize/constraints.ts";
import { uniformSource } from "../../random/splitmix.ts";
import { annualizeCovariance, annualizeMean } from "../../returns/annualize.ts";
import type { Goal, PortfolioModel } from "../portfolio-model.ts";
import { portfolioRisk } from "../portfolio-risk.ts";
import { solveGoal } from "../solve-goal.ts";
import { LossTails } from "./loss-tails.ts";
import { solveDiscreteGoal } from "./solve-discrete-goal.ts";

const VAR = { kind: "var", level: 0.9 } as const;
const LEAST: Goal = { kind: "minimum-risk", measure: VAR };

function modelOf(returns: PortfolioModel["covariance"]): PortfolioModel {
  const n = returns.cols;
  return {
    names: [],
    expectedReturns: annualizeMean(historicalMean(returns)),
    covariance: annualizeCovariance(sampleCovariance(returns)),
    scenarios: { returns },
    riskFreeRate: 0,
    constraints: {
      lower: new Float64Array(n),
      upper: new Float64Array(n).fill(1),
      budget: 1,
      rows: [],
    },
  };
}

const MODEL = modelOf(takeColumns(sampleReturns(20), 0, 4));

/** The best over all pairs of days that may lose more: without them the worst day counts. */
function bestWithoutTwoDays(model: PortfolioModel, pick: (without: PortfolioModel) => number) {
  const { rows, cols, values } = model.scenarios?.returns ?? matrixFromRows([]);
  const days = Array.from({ length: rows }, (_, t) =>
    Array.from(values.subarray(t * cols, (t + 1) * cols)),
  );
  let best = Number.POSITIVE_INFINITY;
  for (let s = 0; s < rows; s++) {
    for (let t = s + 1; t < rows; t++) {
      const kept = days.filter((_, k) => k !== s && k !== t);
      best = Math.min(best, pick({ ...model, scenarios: { returns: matrixFromRows(kept) } }));
    }
  }
  return best;
}

function solved(model: PortfolioModel, goal: Goal) {
  const result = solveDiscreteGoal(model, goal, {});
  if (result.status !== "optimal") {
    throw new Error(`the problem is ${result.status}`);
  }
  return result.solution;
}

describe("value at risk", () => {
  it("is the least of all choices of days that may lose more", () => {
    const worst = { kind: "minimum-risk", measure: { kind: "worst-realization" } } as const;
    const best = bestWithoutTwoDays(MODEL, (without) => {
      const result = solveGoal(without, worst);
      return result.status === "solved" ? result.objective : Number.POSITIVE_INFINITY;
    });

    const { objective, weights } = solved(MODEL, LEAST);

    expect(objective).toBeCloseTo(best, 10);
    expect(portfolioRisk(VAR, weights, MODEL).risk).toBeCloseTo(objective, 10);
  });

  it("has the highest ratio of all choices of days that may lose more", () => {
    const model = { ...MODEL, expectedReturns: Float64Array.of(0.1, 0.2, 0.15, 0.05) };
    const goal = { kind: "maximum-ratio", measure: VAR } as const;
    const worst = { kind: "maximum-ratio", measure: { kind: "worst-realization" } } as const;
    const best = bestWithoutTwoDays(model, (without) => {
      const result = solveGoal(without, worst);
      return result.status === "solved" ? -result.objective : Number.POSITIVE_INFINITY;
    });

    expect(solved(model, goal).objective / -best).toBeCloseTo(1, 8);
  });

  it("keeps a limit, and a target return at the least of it", () => {
    const least = solved(MODEL, LEAST);
    const limit = 1.1 * least.objective;
    const within = solved(
      { ...MODEL, riskLimits: [{ measure: VAR, max: limit }] },
      { kind: "minimum-risk", measure: { kind: "variance" } },
    );

    expect(portfolioRisk(VAR, within.weights, MODEL).risk).toBeLessThanOrEqual(limit + 1e-9);
    expect(within.objective).toBeGreaterThanOrEqual(
      solved(MODEL, { kind: "minimum-risk", measure: { kind: "variance" } }).objective - 1e-9,
    );
  });

  it.each(["as it is", "tightened by its least value"])(
    "is bounded from below by what stands for it, %s, whatever is decided",
    (way) => {
      const uniform = uniformSource(7);
      const tails = new LossTails(MODEL, LEAST);
      if (way !== "as it is") {
        tails.tighten(linearSystem(MODEL.constraints), () => false);
        const undecided = tails.open()[0]?.filter((choice) => choice === 0).length;
        expect(undecided).toBeLessThan(20);
      }
      for (let draw = 0; draw < 200; draw++) {
        const raw = Float64Array.from({ length: 4 }, () => uniform());
        const sum = raw.reduce((total, value) => total + value, 0);
        const weights = raw.map((value) => value / sum);
        // Decides as the portfolio has it: what is decided truly is no reason to exceed.
        const decided = tails.rounded(tails.open(), weights);
        const choices = decided.map((all) => all.map((choice) => (uniform() < 0.5 ? choice : 0)));

        const [stand] = tails.terms(choices);

        const exact = portfolioRisk(VAR, weights, MODEL).risk;
        expect(stand && termValue(stand.term, weights)).toBeLessThanOrEqual(exact + 1e-12);
      }
    },
  );

  it("does without ties, zeros and duplicates breaking it", () => {
    const row = [0.01, 0.01, 0, -0.02];
    const tied = Array.from({ length: 20 }, (_, t) => (t % 3 === 0 ? row.map((r) => -r) : row));

    for (const days of [tied, tied.map((each) => each.map(() => 0))]) {
      const model = modelOf(matrixFromRows(days));
      const result = solveDiscreteGoal(model, LEAST, {});

      expect(result.status).toBe("optimal");
    }
  });

  it("refuses scenarios that are not equally probable, or too many", () => {
    const returns = MODEL.scenarios?.returns ?? matrixFromRows([]);
    const probabilities = Float64Array.from({ length: 20 }, (_, t) => (t + 1) / 210);
    const uneven = { ...MODEL, scenarios: { returns, probabilities } };
    const many = matrixFromRows(Array.from({ length: 1001 }, () => [0, 0, 0, 0]));

    expect(() => solveDiscreteGoal(uneven, LEAST, {})).toThrow(ArgumentError);
    expect(() => solveDiscreteGoal({ ...MODEL, scenarios: { returns: many } }, LEAST, {})).toThrow(
      ArgumentError,
    );
  });
});
