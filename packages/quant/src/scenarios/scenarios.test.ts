import { describe, expect, it } from "vitest";
import { identity, largestDifference, matrixOf, readReference } from "../../test/reference.ts";
import { ArgumentError } from "../errors.ts";
import { exponentialMean } from "../expected-returns/exponential-mean.ts";
import { type Matrix, matrixFromRows } from "../linalg/matrix.ts";
import { bootstrapScenarios } from "./bootstrap.ts";
import { fitDegrees, simulateScenarios } from "./elliptical.ts";
import { ellipticalCopulaScenarios } from "./elliptical-copula.ts";
import { marginProbability, marginQuantile } from "./margins.ts";
import {
  exponentialScenarios,
  historicalScenarios,
  scenarioCovariance,
  scenarioMean,
} from "./scenario-set.ts";

const { returns: days } = readReference<{ readonly returns: readonly number[] }>(
  "entropy-pooling.json",
);
const RETURNS = matrixOf(days, 5);
const PAST = scenarioCovariance(historicalScenarios(RETURNS));

function correlationOf(covariance: Matrix, i: number, j: number): number {
  const { rows: n, values } = covariance;
  return values[i * n + j] / Math.sqrt(values[i * n + i] * values[j * n + j]);
}

describe("scenarios of the past", () => {
  it("have the moments of the past", () => {
    const scenarios = exponentialScenarios(RETURNS, 30);

    expect(largestDifference(scenarioMean(scenarios), exponentialMean(RETURNS, 30))).toBe(0);
    // By hand: means 1 and 2, deviations ∓1 and ∓2 at 1/2 each.
    const two = historicalScenarios(
      matrixFromRows([
        [0, 0],
        [2, 4],
      ]),
    );
    expect(largestDifference(scenarioCovariance(two).values, [1, 2, 2, 4])).toBeLessThan(1e-14);
    expect(() => historicalScenarios(matrixFromRows([]))).toThrow(ArgumentError);
  });
});

describe("bootstrapScenarios", () => {
  const counting = matrixFromRows(Array.from({ length: 100 }, (_, t) => [t]));

  it("draws days of the past, the same for the same seed", () => {
    const drawn = bootstrapScenarios(counting, 500, 1, 7);

    expect(drawn).toEqual(bootstrapScenarios(counting, 500, 1, 7));
    expect(drawn).not.toEqual(bootstrapScenarios(counting, 500, 1, 8));
    expect(drawn.returns.values.every((day) => Number.isInteger(day) && day < 100)).toBe(true);
  });

  it.each([1, 5, 20])("has blocks of a mean length of %d", (meanBlock) => {
    const { values } = bootstrapScenarios(counting, 100_000, meanBlock, 3).returns;

    let breaks = 1;
    for (let t = 1; t < values.length; t++) {
      breaks += values[t] === (values[t - 1] + 1) % 100 ? 0 : 1;
    }

    // A new block follows the last by chance once in 100.
    const expected = 1 / (0.99 / meanBlock);
    expect(Math.abs(values.length / breaks / expected - 1)).toBeLessThan(0.03);
  });

  it("rejects blocks and counts below 1", () => {
    expect(() => bootstrapScenarios(counting, 0, 1, 1)).toThrow(ArgumentError);
    expect(() => bootstrapScenarios(counting, 1, 0.5, 1)).toThrow(ArgumentError);
    expect(() => bootstrapScenarios(matrixFromRows([]), 1, 1, 1)).toThrow(ArgumentError);
  });
});

describe("simulateScenarios", () => {
  const mean = Float64Array.of(0.01, -0.02);
  const covariance = matrixFromRows([
    [0.04, 0.018],
    [0.018, 0.09],
  ]);

  it.each([undefined, 5, 12.5])("has the moments given, at %s degrees", (degrees) => {
    const drawn = simulateScenarios({ mean, covariance, degrees }, 200_000, 11);

    expect(largestDifference(scenarioMean(drawn), mean)).toBeLessThan(0.003);
    expect(largestDifference(scenarioCovariance(drawn).values, covariance.values)).toBeLessThan(
      0.002,
    );
  });

  it("finds the degrees of freedom that it was drawn with", () => {
    const drawn = simulateScenarios({ mean, covariance, degrees: 4 }, 20_000, 5).returns;
    const normal = simulateScenarios({ mean, covariance }, 20_000, 5).returns;

    expect(fitDegrees(drawn, mean, covariance)).toBeCloseTo(4, 0);
    expect(fitDegrees(normal, mean, covariance)).toBeGreaterThan(50);
  });

  it("bears covariances of rank one and of rank zero", () => {
    const line = matrixFromRows([
      [1, 2],
      [2, 4],
    ]);
    const nothing = matrixFromRows([
      [0, 0],
      [0, 0],
    ]);

    const drawn = simulateScenarios({ mean, covariance: line }, 100, 1).returns.values;
    const fixed = simulateScenarios({ mean, covariance: nothing }, 2, 1).returns.values;

    for (let t = 0; t < 100; t++) {
      expect(drawn[2 * t + 1] + 0.02).toBeCloseTo(2 * (drawn[2 * t] - 0.01), 12);
    }
    expect(fixed).toEqual(Float64Array.of(0.01, -0.02, 0.01, -0.02));
    expect(fitDegrees(matrixFromRows([[1, 2]]), mean, line)).toBeUndefined();
  });

  it("rejects what is no distribution", () => {
    expect(() => simulateScenarios({ mean, covariance, degrees: 2 }, 1, 1)).toThrow(ArgumentError);
    expect(() => simulateScenarios({ mean, covariance }, 0, 1)).toThrow(ArgumentError);
    expect(() => simulateScenarios({ mean, covariance: identity(3) }, 1, 1)).toThrow(ArgumentError);
  });
});

describe("margins", () => {
  it("are found again from their quantiles", () => {
    const sorted = Float64Array.of(-3, -1, 0, 2, 7);

    expect(marginQuantile(sorted, 0.5)).toBe(0);
    expect(marginQuantile(sorted, 0)).toBe(-3);
    expect(marginQuantile(sorted, 1)).toBe(7);
    expect(marginQuantile(sorted, marginProbability(sorted, 1.25))).toBeCloseTo(1.25, 12);
  });
});

describe("ellipticalCopulaScenarios", () => {
  it.each(["gaussian", "studentT"] as const)("%s: keeps margins and dependence", (kind) => {
    const drawn = ellipticalCopulaScenarios(RETURNS, kind, 20_000, 9);
    const covariance = scenarioCovariance(drawn);

    for (let i = 0; i < 5; i++) {
      const ratio = covariance.values[i * 6] / PAST.values[i * 6];
      expect(Math.abs(ratio - 1)).toBeLessThan(0.1);
      for (let j = 0; j < i; j++) {
        const difference = correlationOf(covariance, i, j) - correlationOf(PAST, i, j);
        expect(Math.abs(difference)).toBeLessThan(0.12);
      }
    }
    const past = RETURNS.values;
    expect(drawn.returns.values.every((x, k) => x >= least(past, k % 5))).toBe(true);
  });

  it("bears assets that are equal, and needs two days", () => {
    const twins = matrixFromRows([
      [1, 1],
      [3, 3],
      [2, 2],
      [5, 5],
    ]);

    const { values } = ellipticalCopulaScenarios(twins, "studentT", 50, 1).returns;

    for (let t = 0; t < 50; t++) {
      expect(values[2 * t]).toBeCloseTo(values[2 * t + 1], 6);
    }
    expect(() => ellipticalCopulaScenarios(matrixFromRows([[1]]), "gaussian", 1, 1)).toThrow(
      ArgumentError,
    );
  });
});

function least(values: Float64Array, asset: number): number {
  let smallest = Number.POSITIVE_INFINITY;
  for (let k = asset; k < values.length; k += 5) {
    smallest = Math.min(smallest, values[k]);
  }
  return smallest;
}
