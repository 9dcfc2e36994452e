import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { identity, largestDifference, matrixOf, readReference } from "../../test/reference.ts";
import { ledoitWolfCovariance } from "../covariance/ledoit-wolf.ts";
import { sampleCovariance } from "../covariance/sample-covariance.ts";
import { ArgumentError } from "../errors.ts";
import { matrixFromRows } from "../linalg/matrix.ts";
import { bayesSteinMean } from "./bayes-stein.ts";
import { bodnarOkhrinParolyaMean } from "./bodnar-okhrin-parolya.ts";
import { equilibriumReturns } from "./equilibrium.ts";
import { historicalMean } from "./historical-mean.ts";
import { jamesSteinMean } from "./james-stein.ts";

interface Shrunk {
  readonly means: readonly number[];
  readonly shrinkage: number;
}

interface Case {
  readonly assetCount: number;
  readonly returns: readonly number[];
  readonly ledoitWolf: readonly number[];
  readonly jamesStein: Shrunk;
  readonly bayesStein: Shrunk;
  readonly equilibrium: {
    readonly riskAversion: number;
    readonly weights: readonly number[];
    readonly means: readonly number[];
  };
}

// skfolio on real prices: see make_shrinkage.py. Means are about 1e-3.
const reference = readReference<{ readonly fewAssets: Case; readonly fewDays: Case }>(
  "shrinkage.json",
);

const ESTIMATORS = [
  { name: "jamesStein", estimator: jamesSteinMean },
  { name: "bayesStein", estimator: bayesSteinMean },
] as const;

// By hand: means 3 and 1 over two days.
const TWO_DAYS = matrixFromRows([
  [4, 1],
  [2, 1],
]);

describe.each(ESTIMATORS)("$name mean", ({ name, estimator }) => {
  it.each(["fewAssets", "fewDays"] as const)("agrees with skfolio: %s", (days) => {
    const { assetCount, returns, ledoitWolf, ...answers } = reference[days];

    const shrunk = estimator(matrixOf(returns, assetCount), matrixOf(ledoitWolf, assetCount));

    expect(shrunk?.shrinkage).toBeCloseTo(answers[name].shrinkage, 12);
    expect(largestDifference(shrunk?.means ?? [], answers[name].means)).toBeLessThan(1e-15);
  });

  it("brings means closer together, and keeps their order", () => {
    const entry = fc.integer({ min: -9, max: 9 });
    const rows = fc.array(fc.tuple(entry, entry, entry, entry), { minLength: 3, maxLength: 9 });

    fc.assert(
      fc.property(rows, (days) => {
        const returns = matrixFromRows(days);
        const means = historicalMean(returns);
        const shrunk = estimator(returns, identity(4));
        const factor = 1 - (shrunk?.shrinkage ?? Number.NaN);
        expect(factor).toBeGreaterThanOrEqual(0);
        expect(factor).toBeLessThanOrEqual(1);
        for (let i = 1; i < 4; i++) {
          const difference = (shrunk?.means[i] ?? 0) - (shrunk?.means[0] ?? 0);
          expect(difference).toBeCloseTo(factor * (means[i] - means[0]), 10);
        }
      }),
    );
  });

  it("leaves equal means as they are", () => {
    const returns = matrixFromRows([
      [1, 1],
      [0, 0],
    ]);

    expect(estimator(returns, identity(2))).toEqual({
      means: Float64Array.of(0.5, 0.5),
      shrinkage: 0,
    });
  });

  it("needs a covariance of its assets", () => {
    expect(() => estimator(TWO_DAYS, identity(3))).toThrow(ArgumentError);
  });
});

describe("jamesSteinMean", () => {
  it("is the formula's value for three assets of equal risk", () => {
    // By hand: means 3, 1, 2, grand mean 2, ‖m − g‖² = 2; Σ = I: β = (3 − 2) / (2·2) = 1/4.
    const returns = matrixFromRows([
      [4, 1, 2],
      [2, 1, 2],
    ]);

    expect(jamesSteinMean(returns, identity(3))).toEqual({
      means: Float64Array.of(2.75, 1.25, 2),
      shrinkage: 0.25,
    });
  });

  it("does not shrink where one source of risk rules", () => {
    const { shrinkage } = jamesSteinMean(
      TWO_DAYS,
      matrixFromRows([
        [1, 0.9],
        [0.9, 1],
      ]),
    );

    expect(shrinkage).toBe(0);
  });
});

describe("bayesSteinMean", () => {
  it("is the formula's value for two uncorrelated assets", () => {
    // By hand: Σ = diag(1, ½), Σ⁻¹1 = (1, 2), g = (3 + 2)/3 = 5/3, m − g = (4/3, −2/3),
    // T·(m − g)'Σ⁻¹(m − g) = 2·(16/9 + 8/9) = 16/3, β = 4 / (4 + 16/3) = 3/7.
    const shrunk = bayesSteinMean(
      TWO_DAYS,
      matrixFromRows([
        [1, 0],
        [0, 0.5],
      ]),
    );

    expect(shrunk?.shrinkage).toBeCloseTo(3 / 7, 14);
    expect(shrunk?.means[0]).toBeCloseTo((4 / 7) * 3 + (3 / 7) * (5 / 3), 14);
    expect(shrunk?.means[1]).toBeCloseTo((4 / 7) * 1 + (3 / 7) * (5 / 3), 14);
  });

  it("is nothing when days are too few for an inverse, unless the covariance is shrunk", () => {
    const { returns, assetCount } = reference.fewDays;
    const x = matrixOf(returns, assetCount);

    expect(bayesSteinMean(x, sampleCovariance(x))).toBeUndefined();
    expect(bayesSteinMean(x, ledoitWolfCovariance(x).covariance)).toBeDefined();
  });
});

it.each([
  ["Bayes–Stein", bayesSteinMean],
  ["Bodnar–Okhrin–Parolya", bodnarOkhrinParolyaMean],
] as const)("the %s mean of tiny returns is as much shrunk as that of usual ones", (_, mean) => {
  const { assetCount, returns } = reference.fewAssets;
  const usual = matrixOf(returns, assetCount);
  const tiny = { ...usual, values: usual.values.map((value) => value * 2 ** -500) };

  const covariance = sampleCovariance(usual);
  const small = { ...covariance, values: covariance.values.map((value) => value * 2 ** -1000) };

  const expected = mean(usual, covariance)?.means ?? new Float64Array();
  const found = mean(tiny, small)?.means ?? new Float64Array();

  expect(found).toHaveLength(assetCount);
  expect(
    largestDifference(
      found.map((value) => value * 2 ** 500),
      expected,
    ),
  ).toBeLessThan(1e-9);
});

describe("equilibriumReturns", () => {
  it.each(["fewAssets", "fewDays"] as const)("agrees with skfolio: %s", (days) => {
    const { assetCount, ledoitWolf, equilibrium } = reference[days];

    const returns = equilibriumReturns(
      matrixOf(ledoitWolf, assetCount),
      Float64Array.from(equilibrium.weights),
      equilibrium.riskAversion,
    );

    expect(largestDifference(returns, equilibrium.means)).toBeLessThan(1e-17);
  });

  it("is γ Σ w", () => {
    const covariance = matrixFromRows([
      [4, 1],
      [1, 2],
    ]);

    expect(equilibriumReturns(covariance, Float64Array.of(0.5, 0.5), 2)).toEqual(
      Float64Array.of(5, 3),
    );
    expect(() => equilibriumReturns(covariance, Float64Array.of(1), 2)).toThrow(ArgumentError);
    expect(() => equilibriumReturns(covariance, Float64Array.of(1, 0), 0)).toThrow(ArgumentError);
  });
});
