import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { largestDifference, matrixOf, readReference } from "../../test/reference.ts";
import { ArgumentError } from "../errors.ts";
import { exponentialWeights } from "../expected-returns/exponential-mean.ts";
import type { Relation } from "../expression/tokens.ts";
import { type Matrix, matrixFromRows, multiplyVector } from "../linalg/matrix.ts";
import type { DistributionView, MomentMeasure } from "./distribution-view.ts";
import { entropyPooling } from "./entropy-pooling.ts";
import { measuredValue, viewValue } from "./view-value.ts";

interface Summary {
  readonly mean: readonly number[];
  readonly covariance: readonly number[];
  readonly relativeEntropy: number;
}

// skfolio and cvxpy on real prices: see make_entropy_pooling.py.
const reference = readReference<{
  readonly names: readonly string[];
  readonly returns: readonly number[];
  readonly means: Record<"skfolio" | "cvxpy" | "recent", Summary>;
  readonly moments: Record<"skfolio", Summary>;
  readonly tails: Record<"raised" | "raisedBySkfolio" | "lowered" | "valueAtRisk", Summary>;
}>("entropy-pooling.json");

const RETURNS = matrixOf(reference.returns, 5);
const EQUAL = new Float64Array(250).fill(1 / 250);
const BANK = "BAC";

function coefficients(weights: Readonly<Record<string, number>>): Float64Array {
  return Float64Array.from(reference.names, (name) => weights[name] ?? 0);
}

function moment(
  measure: MomentMeasure,
  weights: Readonly<Record<string, number>>,
  relation: Relation,
  value: number,
): DistributionView {
  return { measure, coefficients: coefficients(weights), relation, value };
}

function correlation(first: string, second: string, relation: Relation, value: number) {
  const assets = [reference.names.indexOf(first), reference.names.indexOf(second)] as const;
  return { measure: "correlation", assets, relation, value } as const;
}

function tail(
  measure: "valueAtRisk" | "conditionalValueAtRisk",
  confidence: number,
  relation: Relation,
  value: number,
): DistributionView {
  return { measure, coefficients: coefficients({ [BANK]: 1 }), confidence, relation, value };
}

const MEANS: readonly DistributionView[] = [
  moment("mean", { AAPL: 1 }, "=", 0.002),
  moment("mean", { AMD: 1, BAC: -1 }, ">=", 0.001),
  moment("mean", { GE: 1, JPM: -1 }, ">=", 0),
  moment("mean", { JPM: 1, BAC: -1 }, ">=", 0),
];

interface Scenarios {
  readonly returns: Matrix;
  readonly prior: Float64Array;
}

function solved(views: readonly DistributionView[], { returns, prior }: Partial<Scenarios> = {}) {
  const answer = entropyPooling(returns ?? RETURNS, prior ?? EQUAL, views);
  if (answer.status !== "optimal") {
    throw new Error(`the views are ${answer.status}`);
  }
  return answer;
}

function expectSummary(views: readonly DistributionView[], expected: Summary, accuracy: number) {
  const answer = solved(views);
  const { mean, covariance } = momentsUnder(answer.probabilities);
  expect(Math.abs(answer.relativeEntropy - expected.relativeEntropy)).toBeLessThan(accuracy);
  expect(largestDifference(mean, expected.mean)).toBeLessThan(accuracy);
  expect(largestDifference(covariance, expected.covariance)).toBeLessThan(accuracy);
}

describe("entropyPooling on means", () => {
  it("agrees with skfolio and with the program itself", () => {
    expectSummary(MEANS, reference.means.skfolio, 1e-8);
    expectSummary(MEANS, reference.means.cvxpy, 1e-9);
  });

  it("agrees with the program for a prior that is not equal", () => {
    const { probabilities, relativeEntropy, certificate } = solved(MEANS, {
      prior: exponentialWeights(250, 60),
    });

    expect(Math.abs(relativeEntropy - reference.means.recent.relativeEntropy)).toBeLessThan(1e-9);
    expect(
      largestDifference(momentsUnder(probabilities).mean, reference.means.recent.mean),
    ).toBeLessThan(1e-10);
    expect(certificate.primalResidual).toBeLessThan(1e-12);
    expect(certificate.gap).toBeLessThan(1e-12);
  });

  it("is the prior itself without views, or where it satisfies them", () => {
    const prior = exponentialWeights(250, 40);
    const idle = moment("mean", { AAPL: 1 }, "<=", 0.5);

    expect(solved([], { prior }).probabilities).toEqual(prior);
    expect(solved([idle], { prior })).toMatchObject({ probabilities: prior, relativeEntropy: 0 });
    expect(solved([]).effectiveScenarioCount).toBeCloseTo(250, 9);
  });

  it("is the tilted coin", () => {
    // By hand: a mean of 0.4 of ±1 needs p = 0.7, and the entropy is 0.7 ln 1.4 + 0.3 ln 0.6.
    const coin = {
      returns: matrixFromRows([[1], [-1]]),
      prior: Float64Array.of(0.5, 0.5),
    };
    const view: DistributionView = {
      measure: "mean",
      coefficients: Float64Array.of(1),
      relation: "=",
      value: 0.4,
    };

    const { probabilities, relativeEntropy } = solved([view], coin);

    expect(largestDifference(probabilities, [0.7, 0.3])).toBeLessThan(1e-14);
    expect(relativeEntropy).toBeCloseTo(0.7 * Math.log(1.4) + 0.3 * Math.log(0.6), 14);
  });

  it("ranks assets", () => {
    const order = ["BAC", "GE", "JPM", "AAPL", "AMD"];
    const ranks = order
      .slice(1)
      .map((worse, i) => moment("mean", { [order[i] ?? ""]: 1, [worse]: -1 }, ">=", 0));

    const { mean } = momentsUnder(solved(ranks).probabilities);
    const ranked = order.map((name) => mean[reference.names.indexOf(name)]);

    for (let i = 1; i < ranked.length; i++) {
      expect(ranked[i - 1]).toBeGreaterThanOrEqual((ranked[i] ?? 0) - 1e-15);
    }
  });

  it("bears the same view twice, and one that only the worst day satisfies", () => {
    const twice = [MEANS[0], MEANS[0]].flatMap((view) => (view ? [view] : []));
    const worst = RETURNS.values.filter((_, k) => k % 5 === 0).reduce((a, b) => Math.min(a, b));

    expect(
      largestDifference(solved(twice).probabilities, solved(twice.slice(1)).probabilities),
    ).toBeLessThan(1e-12);
    const { probabilities } = solved([moment("mean", { AAPL: 1 }, "=", worst)]);
    expect(momentsUnder(probabilities).mean[0]).toBeCloseTo(worst, 12);
  });

  it.each([1e-150, 1e-60, 1e60, 1e150])("keeps its digits at returns of %d", (scale) => {
    const returns = { ...RETURNS, values: RETURNS.values.map((value) => value * scale) };
    const view = moment("mean", { AAPL: 1 }, "=", 0.002 * scale);

    const { probabilities } = solved([view], { returns });

    expect(
      largestDifference(
        probabilities,
        solved([moment("mean", { AAPL: 1 }, "=", 0.002)]).probabilities,
      ),
    ).toBeLessThan(1e-13);
  });
});

describe("entropyPooling on other moments", () => {
  it("agrees with skfolio", () => {
    const views = [
      moment("mean", { AAPL: 1 }, "=", 0.002),
      moment("variance", { BAC: 1 }, "=", 0.0008),
      correlation("BAC", "JPM", "=", 0.6),
      correlation("AMD", "GE", "<=", 0.2),
      moment("skewness", { GE: 1 }, "=", -0.2),
      moment("kurtosis", { AAPL: 1 }, ">=", 5),
    ];

    expectSummary(views, reference.moments.skfolio, 1e-7);
  });

  it("makes a view on a correlation exact", () => {
    const { probabilities } = solved([correlation("AAPL", "JPM", "=", -0.3)]);

    const { covariance } = momentsUnder(probabilities);
    const jpm = 4;
    const found = (covariance[jpm] ?? 0) / Math.sqrt((covariance[0] ?? 0) * (covariance[24] ?? 0));
    expect(found).toBeCloseTo(-0.3, 11);
  });
});

describe("entropyPooling on tails", () => {
  it("raises CVaR as the program does, and as skfolio does", () => {
    const views = [tail("conditionalValueAtRisk", 0.95, "=", 0.06)];

    expectSummary(views, reference.tails.raised, 1e-8);
    // skfolio's quantile is exact to 1e-4 only.
    expectSummary(views, reference.tails.raisedBySkfolio, 1e-6);
    expectSummary([tail("conditionalValueAtRisk", 0.95, ">=", 0.06)], reference.tails.raised, 1e-8);
  });

  it("lowers CVaR as a search over quantiles does", () => {
    expectSummary([tail("conditionalValueAtRisk", 0.9, "=", 0.02)], reference.tails.lowered, 1e-7);
  });

  it("leaves CVaR alone that is within its limit", () => {
    expect(solved([tail("conditionalValueAtRisk", 0.9, "<=", 0.05)]).probabilities).toEqual(EQUAL);
  });

  it("agrees with skfolio on VaR", () => {
    expectSummary([tail("valueAtRisk", 0.95, "=", 0.05)], reference.tails.valueAtRisk, 1e-7);
  });

  it("combines tails of two assets with a mean", () => {
    const other: DistributionView = {
      measure: "conditionalValueAtRisk",
      coefficients: coefficients({ AAPL: 1 }),
      confidence: 0.9,
      relation: "=",
      value: 0.02,
    };
    const views = [
      tail("conditionalValueAtRisk", 0.95, "=", 0.06),
      other,
      moment("mean", { GE: 1 }, "=", 0),
    ];

    const { probabilities } = solved(views);

    expect(tailRisk("BAC", 0.95, probabilities)).toBeCloseTo(0.06, 10);
    expect(tailRisk("AAPL", 0.9, probabilities)).toBeCloseTo(0.02, 10);
    expect(momentsUnder(probabilities).mean[3]).toBeCloseTo(0, 12);
  });
});

describe("viewValue", () => {
  it("is the value that each view states, once it is pooled", () => {
    const views = [
      moment("mean", { AAPL: 1, AMD: -1 }, "=", 0.002),
      moment("variance", { BAC: 1 }, "=", 0.0008),
      moment("skewness", { GE: 1 }, "=", -0.2),
      moment("kurtosis", { AAPL: 1 }, "=", 5),
      correlation("BAC", "JPM", "=", 0.6),
    ];
    const tails = [tail("conditionalValueAtRisk", 0.95, "=", 0.06)];

    for (const wishes of [views, tails]) {
      const { probabilities } = solved(wishes);
      for (const view of wishes) {
        expect(viewValue({ returns: RETURNS, probabilities }, view)).toBeCloseTo(view.value, 9);
      }
    }
  });

  it("reads measures in words", () => {
    const scenarios = { returns: matrixFromRows([[-2], [2], [0], [0]]), probabilities: QUARTERS };
    const asset = { assets: [0], factors: [1] };

    // By hand: variance 2, kurtosis (16 + 16)/4 / 2² = 2, the worst quarter loses 2.
    expect(measuredValue(scenarios, { ...asset, measure: "volatility" })).toBeCloseTo(Math.SQRT2);
    expect(measuredValue(scenarios, { ...asset, measure: "kurtosis" })).toBeCloseTo(2, 14);
    for (const measure of ["valueAtRisk", "conditionalValueAtRisk"] as const) {
      expect(measuredValue(scenarios, { ...asset, measure, confidence: 0.75 })).toBe(2);
    }
    expect(
      measuredValue(scenarios, { ...asset, measure: "conditionalValueAtRisk", confidence: 0.5 }),
    ).toBe(1);
  });
});

const QUARTERS = new Float64Array(4).fill(0.25);

describe("entropyPooling on views that cannot hold", () => {
  it("names the view that no day reaches, and what is attainable", () => {
    const best = RETURNS.values.filter((_, k) => k % 5 === 0).reduce((a, b) => Math.max(a, b));
    const views = [...MEANS.slice(1), moment("mean", { AAPL: 1 }, ">=", 0.5)];

    const answer = entropyPooling(RETURNS, EQUAL, views);

    expect(answer).toEqual({ status: "infeasible", views: [3], attainable: best });
  });

  it("names the views that need one another to fail, and no others", () => {
    const views = [
      moment("mean", { AMD: 1 }, "=", 0.001),
      moment("mean", { AAPL: 1, GE: -1 }, ">=", 0.001),
      moment("mean", { GE: 1, JPM: -1 }, ">=", 0.001),
      moment("mean", { AAPL: 1, JPM: -1 }, "<=", 0.0015),
    ];

    const answer = entropyPooling(RETURNS, EQUAL, views);

    expect(answer).toMatchObject({ status: "infeasible", views: [1, 2, 3] });
    // By hand: the first two sum to AAPL − JPM ≥ 0.002.
    expect(answer.status === "infeasible" ? answer.attainable : 0).toBeCloseTo(0.002, 9);
  });

  it("names tails beyond the worst day and below the best", () => {
    for (const [relation, value] of [
      ["=", 0.5],
      ["<=", -0.5],
    ] as const) {
      const views = [tail("conditionalValueAtRisk", 0.95, relation, value)];
      const losses = RETURNS.values.filter((_, k) => k % 5 === 2).map((value) => -value);
      expect(entropyPooling(RETURNS, EQUAL, views)).toEqual({
        status: "infeasible",
        views: [0],
        attainable: value > 0 ? Math.max(...losses) : Math.min(...losses),
      });
    }
  });

  it("rejects what is no view, no distribution or no number", () => {
    const unlike = moment("mean", { AAPL: 1 }, "=", Number.NaN);
    const short: DistributionView = {
      ...moment("mean", {}, "=", 0),
      coefficients: new Float64Array(2),
    } as DistributionView;
    const flat = { returns: matrixFromRows([[1], [1]]), prior: Float64Array.of(0.5, 0.5) };

    for (const view of [unlike, short, correlation("AAPL", "AAPL", "=", 0)]) {
      expect(() => entropyPooling(RETURNS, EQUAL, [view])).toThrow(ArgumentError);
    }
    expect(() => entropyPooling(RETURNS, new Float64Array(250), [])).toThrow(ArgumentError);
    expect(() => entropyPooling(RETURNS, Float64Array.of(1), [])).toThrow(ArgumentError);
    expect(() =>
      solved(
        [{ measure: "kurtosis", coefficients: Float64Array.of(1), relation: "=", value: 3 }],
        flat,
      ),
    ).toThrow(ArgumentError);
  });
});

describe("entropyPooling on random views", () => {
  it("satisfies them, or proves that none can, and stays a distribution", () => {
    const view = fc.record({
      weights: fc.array(fc.integer({ min: -2, max: 2 }), { minLength: 5, maxLength: 5 }),
      relation: fc.constantFrom<Relation>("=", ">=", "<="),
      value: fc.double({ min: -0.08, max: 0.08, noNaN: true }),
    });

    fc.assert(
      fc.property(fc.array(view, { maxLength: 6 }), (wishes) => {
        const views = wishes.map(({ weights, relation, value }): DistributionView => {
          return { measure: "mean", coefficients: Float64Array.from(weights), relation, value };
        });
        const answer = entropyPooling(RETURNS, EQUAL, views);
        expect(answer.status).not.toBe("stalled");
        if (answer.status === "infeasible") {
          const rest = views.filter((_, i) => !answer.views.slice(0, 1).includes(i));
          const kept = rest.filter((wish) => answer.views.includes(views.indexOf(wish)));
          expect(entropyPooling(RETURNS, EQUAL, kept).status).toBe("optimal");
        }
        if (answer.status === "optimal") {
          expect(answer.probabilities.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
          expect(largestViolation(views, answer.probabilities)).toBeLessThan(1e-10);
        }
      }),
      { numRuns: 200 },
    );
  });
});

function largestViolation(views: readonly DistributionView[], probabilities: Float64Array): number {
  const { mean } = momentsUnder(probabilities);
  let largest = 0;
  for (const view of views) {
    if (view.measure === "mean") {
      const found = view.coefficients.reduce((sum, c, i) => sum + c * (mean[i] ?? 0), 0);
      const above = view.relation === ">=" ? 0 : found - view.value;
      const below = view.relation === "<=" ? 0 : view.value - found;
      largest = Math.max(largest, above, below);
    }
  }
  return largest;
}

function momentsUnder(probabilities: Float64Array) {
  const mean = Array.from({ length: 5 }, (_, j) => expectation(probabilities, (t) => at(t, j)));
  const covariance = Array.from({ length: 25 }, (_, k) => {
    const i = Math.floor(k / 5);
    const j = k % 5;
    return expectation(
      probabilities,
      (t) => (at(t, i) - (mean[i] ?? 0)) * (at(t, j) - (mean[j] ?? 0)),
    );
  });
  return { mean, covariance };
}

function at(t: number, j: number): number {
  return RETURNS.values[t * 5 + j];
}

function expectation(probabilities: Float64Array, of: (t: number) => number): number {
  return probabilities.reduce((sum, probability, t) => sum + probability * of(t), 0);
}

function tailRisk(name: string, confidence: number, probabilities: Float64Array): number {
  const losses = multiplyVector(RETURNS, coefficients({ [name]: -1 }));
  const values = Array.from(losses, (level) =>
    expectation(probabilities, (t) => level + Math.max(0, losses[t] - level) / (1 - confidence)),
  );
  return Math.min(...values);
}
