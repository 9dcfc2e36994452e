import { expect } from "vitest";
import { dot, multiplyVector, quadraticForm } from "../src/linalg/matrix.ts";
import { budgetRange, constraintSize, constraintSystem } from "../src/optimize/constraints.ts";
import { traceFrontier } from "../src/optimize/critical-line/trace-frontier.ts";
import type { MeanVarianceProblem, TurningPoint } from "../src/optimize/frontier.ts";
import { rowSize, rowValue } from "../src/optimize/linear-row.ts";
import { maximumReturnVertex } from "../src/optimize/starting-vertex.ts";

/** Traces the frontier of constraints that can be met. */
export function trace(input: MeanVarianceProblem): readonly TurningPoint[] {
  const result = traceFrontier(input);
  if (result.status !== "optimal") {
    throw new Error(`infeasible: ${result.conflicts.map(({ message }) => message).join("; ")}`);
  }
  return result.frontier.turningPoints;
}

/**
 * The most that ½w'Σw − λμ'w could fall to first order within the constraints, relative to the
 * largest entry of its gradient and the largest limit.
 */
function optimalityGap(
  { expectedReturns, covariance, constraints }: MeanVarianceProblem,
  { weights, lambda }: Pick<TurningPoint, "weights" | "lambda">,
): number {
  const risk = multiplyVector(covariance, weights);
  const gradient = risk.map((value, i) => value - lambda * expectedReturns[i]);
  const system = constraintSystem(constraints);
  const size = risk.reduce(
    (largest, r, i) => Math.max(largest, Math.abs(r), Math.abs(lambda * expectedReturns[i])),
    // Rounding of weights that cancel, in the unit of the gradient.
    1e-4 * system.size * covariance.values.reduce((most, entry) => Math.max(most, entry), 1e-12),
  );
  const vertex = maximumReturnVertex(
    system,
    gradient.map((value) => -value / size),
  );
  if (vertex === undefined) {
    throw new Error("infeasible");
  }
  return (dot(gradient, weights) / system.size - dot(gradient, vertex.weights)) / size;
}

/** The largest violation of a constraint, relative to the largest limit. */
function violation({ constraints }: MeanVarianceProblem, { weights }: TurningPoint): number {
  const { lower, upper, rows } = constraints;
  const budget = budgetRange(constraints);
  const invested = weights.reduce((sum, w) => sum + w, 0);
  const largest = Math.max(
    ...weights.map((w, i) => Math.max(lower[i] - w, w - upper[i])),
    budget.lower - invested,
    invested - budget.upper,
    ...rows.map((row) => {
      const value = rowValue(row, weights);
      return Math.max(row.lower - value, value - row.upper) / rowSize(row);
    }),
  );
  return largest / constraintSize(constraints);
}

/** Expects every turning point, and every middle between two, to be feasible and optimal. */
export function expectSoundFrontier(input: MeanVarianceProblem): readonly TurningPoint[] {
  const points = trace(input);
  for (const [k, point] of points.entries()) {
    expect(violation(input, point)).toBeLessThan(1e-9);
    expect(Math.abs(optimalityGap(input, point))).toBeLessThan(1e-10);
    expect(point.variance).toBeCloseTo(quadraticForm(input.covariance, point.weights), 12);
    const before = points[k - 1];
    if (before !== undefined) {
      expect(point.lambda).toBeLessThan(before.lambda);
      expect(point.variance).toBeLessThanOrEqual(before.variance + 1e-12);
      const weights = point.weights.map((w, i) => (w + before.weights[i]) / 2);
      const middle = { weights, lambda: (point.lambda + before.lambda) / 2 };
      expect(Math.abs(optimalityGap(input, middle))).toBeLessThan(1e-10);
    }
  }
  expect(points[points.length - 1].lambda).toBe(0);
  return points;
}
