import { describe, expect, it } from "vitest";
import { matrixOf, readReference } from "../../test/reference.ts";
import { ArgumentError } from "../errors.ts";
import { type Matrix, matrixFromRows } from "../linalg/matrix.ts";
import { randomSource } from "../random/xoshiro.ts";
import { kendallTau } from "../statistics/kendall-tau.ts";
import {
  conditionalProbability,
  conditionalQuantile,
  fitPairCopula,
  INDEPENDENCE,
  type PairCopula,
  pairLogDensity,
} from "./pair-copula.ts";
import { CLAYTON, FRANK, GAUSSIAN, GUMBEL, STUDENT_T } from "./pair-families.ts";
import { conditionalScenarios, fitVine, vineScenarios } from "./vine-copula.ts";

const { returns: days } = readReference<{ readonly returns: readonly number[] }>(
  "entropy-pooling.json",
);
const RETURNS = matrixOf(days, 5);

const PLAIN = { degrees: 0, flipsU: false, flipsV: false };
const COPULAS: readonly PairCopula[] = [
  { ...PLAIN, family: "gaussian", theta: GAUSSIAN.parameterOf(0.4) },
  { ...PLAIN, family: "studentT", theta: STUDENT_T.parameterOf(-0.3), degrees: 4 },
  { ...PLAIN, family: "frank", theta: FRANK.parameterOf(0.5) },
  { ...PLAIN, family: "frank", theta: FRANK.parameterOf(-0.5) },
  { ...PLAIN, family: "clayton", theta: CLAYTON.parameterOf(0.5) },
  { ...PLAIN, family: "clayton", theta: CLAYTON.parameterOf(0.4), flipsU: true },
  { ...PLAIN, family: "gumbel", theta: GUMBEL.parameterOf(0.4) },
  { ...PLAIN, family: "gumbel", theta: GUMBEL.parameterOf(0.4), flipsU: true, flipsV: true },
];

describe("kendallTau", () => {
  it("counts pairs, ties left out", () => {
    // By hand: of 6 pairs 5 agree and 1 does not.
    expect(kendallTau(Float64Array.of(1, 2, 3, 4), Float64Array.of(1, 3, 2, 4))).toBeCloseTo(4 / 6);
    expect(kendallTau(Float64Array.of(1, 2, 3), Float64Array.of(5, 5, 5))).toBe(0);
    // scipy.stats.kendalltau 1.17.1.
    const x = Float64Array.of(1, 2, 2, 3, 4, 4, 5);
    const y = Float64Array.of(2, 1, 2, 2, 5, 3, 4);
    expect(kendallTau(x, y)).toBeCloseTo(KENDALL_WITH_TIES, 14);
  });

  it("needs two values of each", () => {
    expect(() => kendallTau(Float64Array.of(1), Float64Array.of(1))).toThrow(ArgumentError);
  });
});

const KENDALL_WITH_TIES = 0.6488856845230501;

describe.each(COPULAS)("the copula $family of $theta, $flipsU", (copula) => {
  it("has a density that integrates to 1", () => {
    // Midpoints of u, graded towards the ends by u = s²(3 − 2s), where densities are steep.
    const steps = 120;
    let sum = 0;
    for (let i = 0; i < steps; i++) {
      for (let j = 0; j < steps; j++) {
        const [s, t] = [(i + 0.5) / steps, (j + 0.5) / steps];
        const weight = (6 * s * (1 - s) * 6 * t * (1 - t)) / steps ** 2;
        sum += weight * Math.exp(pairLogDensity(copula, s * s * (3 - 2 * s), t * t * (3 - 2 * t)));
      }
    }

    expect(sum).toBeCloseTo(1, 2);
  });

  it("has a density that is the slope of its conditional probability", () => {
    for (const [u, v] of [
      [0.2, 0.3],
      [0.7, 0.1],
      [0.5, 0.95],
    ] as const) {
      const step = 1e-5;
      const slope =
        (conditionalProbability(copula, u + step, v) -
          conditionalProbability(copula, u - step, v)) /
        (2 * step);
      expect(Math.abs(slope / Math.exp(pairLogDensity(copula, u, v)) - 1)).toBeLessThan(1e-6);
    }
  });

  it("has quantiles that its conditional probability gives back", () => {
    for (const w of [1e-6, 0.1, 0.5, 0.9]) {
      for (const v of [1e-4, 0.3, 0.999]) {
        const u = conditionalQuantile(copula, w, v);
        expect(u > 2e-12 && u < 1 - 1e-9 ? conditionalProbability(copula, u, v) : w).toBeCloseTo(
          w,
          6,
        );
      }
    }
  });

  it("is found again from draws, with its tau", () => {
    const uniform = randomSource(17);
    const v = Float64Array.from({ length: 1500 }, () => 1 - uniform());
    const u = v.map((given) => conditionalQuantile(copula, 1 - uniform(), given));

    const found = fitPairCopula(u, v);

    expect(found.family).toBe(copula.family);
    expect(found.flipsU).toBe(copula.flipsU);
    expect(Math.abs(found.theta / copula.theta - 1)).toBeLessThan(0.15);
  });
});

describe("parameters and tau", () => {
  it("are those of the closed forms", () => {
    for (const family of [GAUSSIAN, STUDENT_T, CLAYTON, GUMBEL, FRANK]) {
      for (const tau of [0.05, 0.3, 0.8]) {
        expect(family.tauOf(family.parameterOf(tau))).toBeCloseTo(tau, 8);
      }
    }
    // Nelsen (2006), "An introduction to copulas", p. 171: τ of Frank's at 5.736 is one half.
    expect(FRANK.tauOf(5.736)).toBeCloseTo(0.5, 4);
  });
});

describe("fitPairCopula", () => {
  it("takes no dependence for independence", () => {
    const uniform = randomSource(2);
    const draw = () => Float64Array.from({ length: 300 }, uniform);

    const found = Array.from({ length: 40 }, () => fitPairCopula(draw(), draw()));

    // One in twenty is expected to look dependent.
    expect(found.filter((copula) => copula === INDEPENDENCE).length).toBeGreaterThan(33);
  });
});

describe("vineScenarios", () => {
  const vine = fitVine(RETURNS);

  it("draws the same for the same seed", () => {
    expect(vineScenarios(vine, 100, 21)).toEqual(vineScenarios(vine, 100, 21));
  });

  it.each([0, 3])("keeps the rank correlations of the past, drawn from asset %i on", (root) => {
    const drawn = vineScenarios({ ...vine, root }, 2500, 21);

    for (let i = 0; i < 5; i++) {
      for (let j = 0; j < i; j++) {
        const past = kendallTau(columnOf(RETURNS, i), columnOf(RETURNS, j));
        const found = kendallTau(columnOf(drawn.returns, i), columnOf(drawn.returns, j));
        expect(Math.abs(found - past)).toBeLessThan(0.1);
      }
    }
  });

  it("carries a shock of the root to the others", () => {
    const bank = 2;
    const rooted = fitVine(RETURNS, bank);

    const drawn = conditionalScenarios(rooted, -0.08, 2000, 4).returns;
    const calm = vineScenarios(rooted, 2000, 4).returns;

    expect(rooted.root).toBe(bank);
    expect(columnOf(drawn, bank).every((value) => value === -0.08)).toBe(true);
    for (const other of [0, 1, 3, 4]) {
      expect(meanOf(columnOf(drawn, other))).toBeLessThan(meanOf(columnOf(calm, other)) - 0.005);
    }
  });

  it("draws one asset from its past, and bears twins and assets that stand still", () => {
    const one = vineScenarios(fitVine(matrixFromRows([[1], [2], [3]])), 100, 1).returns.values;
    const odd = matrixFromRows([
      [1, 1, 0],
      [3, 3, 0],
      [2, 2, 0],
      [5, 5, 0],
      [4, 4, 0],
    ]);

    expect(one.every((value) => value >= 1 && value <= 3)).toBe(true);
    expect(vineScenarios(fitVine(odd), 50, 1).returns.values.every(Number.isFinite)).toBe(true);
  });

  it("rejects too few days, unknown roots and shocks without a value", () => {
    expect(() => fitVine(matrixFromRows([[1, 2]]))).toThrow(ArgumentError);
    expect(() => fitVine(RETURNS, 5)).toThrow(ArgumentError);
    expect(() => vineScenarios(vine, 0, 1)).toThrow(ArgumentError);
    expect(() => conditionalScenarios(vine, Number.NaN, 1, 1)).toThrow(ArgumentError);
  });
});

function columnOf({ rows, cols, values }: Matrix, asset: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, t) => values[t * cols + asset]);
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
