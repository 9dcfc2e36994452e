import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readReference } from "../../../test/reference.ts";
import { sampleReturns } from "../../../test/sample-returns.ts";
import { ArgumentError } from "../../errors.ts";
import { matrixFromRows, multiplyVector } from "../../linalg/matrix.ts";
import { measureRisk, riskGradient } from "./measure-risk.ts";
import { homogeneityDegree, type RiskMeasure } from "./risk-measure.ts";

interface Case {
  readonly measure: RiskMeasure;
  readonly value: number;
}

const reference = readReference<{
  readonly days: number;
  readonly portfolios: readonly { readonly weights: number[]; readonly cases: readonly Case[] }[];
  readonly weighted: {
    readonly weights: number[];
    readonly probabilities: number[];
    readonly cases: readonly Case[];
  };
}>("risk-measures.json");

const ENTROPIC = [
  { kind: "evar", level: 0.9 },
  { kind: "rlvar", level: 0.9, deformation: 0.3 },
] as const;

/** Measures of a distribution alone, in which a scenario may be split. */
const ATOMIC: readonly RiskMeasure[] = [
  ...ENTROPIC,
  { kind: "mean-absolute-deviation" },
  { kind: "kurtosis" },
  { kind: "worst-realization" },
  { kind: "cvar", level: 0.7 },
  { kind: "var", level: 0.7 },
  { kind: "cvar-range", level: 0.7 },
  { kind: "tail-gini", level: 0.7 },
  { kind: "tail-gini", level: 0.7, pieces: 7 },
  { kind: "tail-gini-range", level: 0.7, gainLevel: 0.6 },
  { kind: "range" },
  { kind: "evar-range", level: 0.8 },
];

const HOMOGENEOUS: readonly RiskMeasure[] = [
  ...ATOMIC,
  { kind: "variance" },
  { kind: "standard-deviation" },
  { kind: "semivariance" },
  { kind: "semideviation" },
  { kind: "semi-kurtosis" },
  { kind: "even-moment", order: 6 },
  { kind: "even-semi-moment", order: 6 },
  { kind: "lower-partial-moment", order: 1, threshold: 0 },
  { kind: "lower-partial-moment", order: 2, threshold: 0 },
  { kind: "gini-mean-difference" },
  { kind: "var-range", level: 0.8 },
  { kind: "rlvar-range", level: 0.8, deformation: 0.3, gainDeformation: 0.2 },
  { kind: "average-drawdown" },
  { kind: "maximum-drawdown" },
  { kind: "ulcer-index" },
  { kind: "dar", level: 0.8 },
  { kind: "cdar", level: 0.8 },
  { kind: "edar", level: 0.8 },
  { kind: "rldar", level: 0.8, deformation: 0.3 },
];

const OTHERS: readonly RiskMeasure[] = [
  { kind: "skewness" },
  { kind: "standardized-kurtosis" },
  { kind: "lower-partial-moment", order: 2, threshold: 0.002 },
  { kind: "average-drawdown", compounded: true },
  { kind: "ulcer-index", compounded: true },
  { kind: "cdar", level: 0.8, compounded: true },
  { kind: "edar", level: 0.8, compounded: true },
];

const scenarios = sampleReturns(reference.days);

describe("measureRisk", () => {
  it.each(reference.portfolios)(
    "equals other programs on real prices, portfolio %#",
    (portfolio) => {
      const returns = multiplyVector(scenarios, Float64Array.from(portfolio.weights));

      for (const { measure, value } of portfolio.cases) {
        const error = Math.abs(measureRisk(measure, returns) - value) / Math.abs(value);
        expect(error, JSON.stringify(measure)).toBeLessThan(toleranceOf(measure));
      }
    },
  );

  it("equals other programs where scenarios differ in probability", () => {
    const { weights, probabilities, cases } = reference.weighted;
    const returns = multiplyVector(scenarios, Float64Array.from(weights));

    for (const { measure, value } of cases) {
      const risk = measureRisk(measure, returns, Float64Array.from(probabilities));
      expect(Math.abs(risk - value) / Math.abs(value), JSON.stringify(measure)).toBeLessThan(1e-9);
    }
  });

  it("counts the scenario at the edge of the tail in part", () => {
    // By hand: the worst 25 % of ten scenarios are losses of 10, 9 and half of 8.
    const returns = Float64Array.of(-1, -2, -3, -4, -5, -6, -7, -8, -9, -10);

    expect(measureRisk({ kind: "cvar", level: 0.75 }, returns)).toBeCloseTo(23 / 2.5, 12);
    expect(measureRisk({ kind: "var", level: 0.75 }, returns)).toBe(8);
    // A loss above 9 has a probability of exactly 10 %.
    expect(measureRisk({ kind: "var", level: 0.9 }, returns)).toBe(9);
  });

  it("takes the worst loss where that alone fills the tail", () => {
    const returns = Float64Array.of(0.1, -0.2, 0.3, -0.2, 0.05);

    for (const measure of ENTROPIC) {
      expect(measureRisk({ ...measure, level: 0.7 }, returns)).toBeCloseTo(0.2, 12);
    }
  });

  it("is the loss itself where there is no uncertainty", () => {
    const constant = new Float64Array(6).fill(-0.01);

    for (const measure of ENTROPIC) {
      expect(measureRisk(measure, constant)).toBeCloseTo(0.01, 15);
    }
    expect(measureRisk({ kind: "cvar", level: 0.9 }, constant)).toBeCloseTo(0.01, 15);
    expect(measureRisk({ kind: "variance" }, constant)).toBe(0);
    expect(measureRisk({ kind: "skewness" }, constant)).toBe(0);
  });

  it("orders the measures of one tail", () => {
    fc.assert(
      fc.property(returnsOf(3, 40), (returns) => {
        const [value, mean, entropic, relativistic, worst] = (
          ["var", "cvar", "evar", "rlvar", "worst-realization"] as const
        ).map((kind) => measureRisk({ kind, level: 0.8, deformation: 0.4 }, returns));

        const rounding = 1e-12;
        expect(value).toBeLessThanOrEqual(Number(mean) + rounding);
        expect(mean).toBeLessThanOrEqual(Number(entropic) + rounding);
        expect(entropic).toBeLessThanOrEqual(Number(relativistic) + rounding);
        expect(relativistic).toBeLessThanOrEqual(Number(worst) + rounding);
      }),
    );
  });

  it("tends to the entropic measure as the deformation vanishes", () => {
    const returns = multiplyVector(scenarios, new Float64Array(20).fill(0.05));

    const entropic = measureRisk({ kind: "evar", level: 0.95 }, returns);
    const relativistic = measureRisk({ kind: "rlvar", level: 0.95, deformation: 1e-3 }, returns);

    expect(relativistic).toBeCloseTo(entropic, 5);
    expect(relativistic).toBeGreaterThan(entropic);
  });

  it("is the mean difference of all pairs", () => {
    fc.assert(
      fc.property(returnsOf(2, 20), (returns) => {
        let sum = 0;
        for (const a of returns) {
          for (const b of returns) {
            sum += Math.abs(a - b);
          }
        }
        const pairs = returns.length * (returns.length - 1);
        expect(measureRisk({ kind: "gini-mean-difference" }, returns)).toBeCloseTo(sum / pairs, 12);
      }),
    );
  });

  it("sees a scenario of twice the probability as two scenarios", () => {
    const once = Float64Array.of(0.02, -0.03, 0.01, -0.05);
    const probabilities = Float64Array.of(0.2, 0.4, 0.2, 0.2);
    const twice = Float64Array.of(0.02, -0.03, -0.03, 0.01, -0.05);

    for (const measure of ATOMIC) {
      expect(measureRisk(measure, once, probabilities), measure.kind).toBeCloseTo(
        measureRisk(measure, twice),
        12,
      );
    }
  });

  it("ignores scenarios that cannot happen", () => {
    const returns = Float64Array.of(0.02, -0.9, 0.01, -0.05, 0.9);
    const probabilities = Float64Array.of(0.25, 0, 0.5, 0.25, 0);
    const possible = Float64Array.of(0.02, 0.01, -0.05);

    for (const measure of HOMOGENEOUS.filter(({ kind }) => !/drawdown|dar|ulcer/.test(kind))) {
      expect(measureRisk(measure, returns, probabilities), measure.kind).toBeCloseTo(
        measureRisk(measure, possible, Float64Array.of(0.25, 0.5, 0.25)),
        12,
      );
    }
  });

  it("grows with the returns by its degree, at any size", () => {
    const returns = multiplyVector(scenarios, new Float64Array(20).fill(0.05)).subarray(0, 60);

    for (const measure of HOMOGENEOUS) {
      const risk = measureRisk(measure, returns);
      for (const scale of [1e-100, 1e-3, 1e100]) {
        const scaled = measureRisk(
          measure,
          returns.map((y) => scale * y),
        );
        const expected = risk * scale ** Number(homogeneityDegree(measure));
        expect(Math.abs(scaled / expected - 1), `${measure.kind} ${scale}`).toBeLessThan(1e-11);
      }
    }
  });

  it.each([
    [{ kind: "cvar", level: 1 }],
    [{ kind: "cvar", level: 0 }],
    [{ kind: "evar", level: Number.NaN }],
    [{ kind: "rlvar", level: 0.95, deformation: 1 }],
    [{ kind: "cvar-range", level: 0.95, gainLevel: 1.2 }],
    [{ kind: "even-moment", order: 5 }],
    [{ kind: "even-moment", order: 2 }],
    [{ kind: "tail-gini", level: 0.95, pieces: 1 }],
    [{ kind: "tail-gini", level: 0.99995, pieces: 10 }],
    [{ kind: "lower-partial-moment", order: 1, threshold: Number.NaN }],
    [{ kind: "ordered-weighted", weights: Float64Array.of(1) }],
    [{ kind: "maximum-drawdown", compounded: true }],
  ] as const)("rejects %j", (measure) => {
    expect(() => measureRisk(measure, Float64Array.of(0.1, -1.5, 0.2))).toThrow(ArgumentError);
  });

  it("rejects scenarios that make no distribution", () => {
    const returns = Float64Array.of(0.1, 0.2);
    const worst = { kind: "worst-realization" } as const;

    expect(() => measureRisk(worst, new Float64Array(0))).toThrow(ArgumentError);
    expect(() => measureRisk(worst, Float64Array.of(Number.NaN))).toThrow(ArgumentError);
    expect(() => measureRisk({ kind: "variance" }, Float64Array.of(0.1))).toThrow(ArgumentError);
    for (const probabilities of [[1], [0.5, 0.6], [1.5, -0.5], [Number.NaN, 1]]) {
      expect(() => measureRisk(worst, returns, Float64Array.from(probabilities))).toThrow(
        ArgumentError,
      );
    }
  });
});

describe("riskGradient", () => {
  const some = { ...scenarios, rows: 150, values: scenarios.values.subarray(0, 150 * 20) };
  const weights = Float64Array.from({ length: 20 }, (_, i) => 0.2 - 0.015 * i);
  const probabilities = Float64Array.from({ length: 150 }, (_, t) => (t + 1) / (75 * 151));

  it.each([...HOMOGENEOUS, ...OTHERS])("is the slope of $kind", (measure) => {
    const { marginal } = riskGradient(measure, weights, { scenarios: some, probabilities });

    // Central differences; the direction avoids kinks, which these scenarios have few of.
    const risk = (step: number) => {
      const moved = weights.map((w, i) => w + step * Math.cos(i));
      return measureRisk(measure, multiplyVector(some, moved), probabilities);
    };
    const slope = (risk(1e-6) - risk(-1e-6)) / 2e-6;
    const along = marginal.reduce((sum, g, i) => sum + g * Math.cos(i), 0);
    expect(Math.abs(along - slope)).toBeLessThan(2e-6 * (Math.abs(slope) + risk(0)));
  });

  it.each(HOMOGENEOUS)("splits $kind among the assets", (measure) => {
    const { risk, contributions } = riskGradient(measure, weights, { scenarios: some });

    const total = contributions.reduce((sum, part) => sum + part, 0);
    expect(total / (risk * Number(homogeneityDegree(measure)))).toBeCloseTo(1, 10);
  });

  it("never lies above the measure", () => {
    // A subgradient supports a convex function from below, ties or not.
    fc.assert(
      fc.property(fc.infiniteStream(fc.integer({ min: -3, max: 3 })), (numbers) => {
        const next = () => Number(numbers.next().value) / 10;
        const tied = matrixFromRows(Array.from({ length: 12 }, () => [next(), next(), next()]));
        const from = Float64Array.of(next(), next(), next());
        const to = Float64Array.of(next(), next(), next());
        for (const measure of HOMOGENEOUS.filter(({ kind }) => !/^var|^dar/.test(kind))) {
          const { risk, marginal } = riskGradient(measure, from, { scenarios: tied });
          const support = marginal.reduce((sum, g, i) => sum + g * (to[i] - from[i]), risk);
          const value = measureRisk(measure, multiplyVector(tied, to));
          expect(value - support, measure.kind).toBeGreaterThan(-1e-10);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("is finite where a portfolio has no risk", () => {
    const none = new Float64Array(20);

    for (const measure of [...HOMOGENEOUS, ...OTHERS]) {
      const { marginal } = riskGradient(measure, none, { scenarios: some });
      expect(marginal.every(Number.isFinite), measure.kind).toBe(true);
    }
  });
});

function returnsOf(minLength: number, maxLength: number) {
  return fc
    .array(fc.double({ min: -0.5, max: 0.5, noNaN: true }), { minLength, maxLength })
    .map((values) => Float64Array.from(values));
}

/** The cone solvers behind relativistic measures reach 1e-8. */
function toleranceOf({ kind }: RiskMeasure): number {
  return kind.startsWith("rl") ? 1e-7 : 1e-10;
}
