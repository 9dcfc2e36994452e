import { dot, type Matrix, multiplyVector, quadraticForm } from "../src/linalg/matrix.ts";
import { smallInverse } from "../src/linalg/small-inverse.ts";
import { budgetRange, type WeightConstraints } from "../src/optimize/constraints.ts";
import { denseRow, type LinearRow, rowValue } from "../src/optimize/linear-row.ts";

const TOLERANCE = 1e-9;

/**
 * Minimizes ½w'Σw − λμ'w by trying every working set: each asset free or at a bound, the budget
 * and each row absent or at a limit. Shares no code with the critical line. For n ≤ 5 assets.
 *
 * @returns The least objective, or Infinity when no weights are feasible.
 */
export function leastObjective(
  covariance: Matrix,
  expectedReturns: Float64Array,
  lambda: number,
  constraints: WeightConstraints,
): number {
  const { lower, upper } = constraints;
  const n = lower.length;
  const budget = denseRow("budget", new Float64Array(n).fill(1), budgetRange(constraints));
  const rows = [budget, ...constraints.rows];
  const linear = expectedReturns.map((value) => lambda * value);
  let least = Number.POSITIVE_INFINITY;
  const count = n + rows.length;
  for (let code = 0; code < 3 ** count; code++) {
    const states = Array.from({ length: count }, (_, k) => Math.floor(code / 3 ** k) % 3);
    const weights = stationaryPoint(workingSet(states, rows, lower, upper), covariance, linear);
    if (weights !== undefined && isFeasible(weights, rows, lower, upper)) {
      least = Math.min(least, quadraticForm(covariance, weights) / 2 - dot(linear, weights));
    }
  }
  return least;
}

/** A working set: free assets, rows held at a bound, and the weights of the other assets. */
interface WorkingSet {
  readonly free: readonly number[];
  readonly active: readonly { readonly row: LinearRow; readonly bound: number }[];
  readonly weights: Float64Array;
}

/** Reads states: 0 is free or absent, 1 at the lower and 2 at the upper limit. */
function workingSet(
  states: readonly number[],
  rows: readonly LinearRow[],
  lower: Float64Array,
  upper: Float64Array,
): WorkingSet {
  const n = lower.length;
  return {
    free: Array.from(lower.keys()).filter((i) => states[i] === 0),
    active: rows
      .map((row, r) => ({ row, state: states[n + r] }))
      .filter(({ state }) => state !== 0)
      .map(({ row, state }) => ({ row, bound: state === 1 ? row.lower : row.upper })),
    weights: Float64Array.from(lower, (low, i) => [0, low, upper[i]][states[i]]),
  };
}

/** Solves the stationarity and row equations of one working set. */
function stationaryPoint(
  { free, active, weights }: WorkingSet,
  covariance: Matrix,
  linear: Float64Array,
): Float64Array | undefined {
  if (active.some(({ bound }) => !Number.isFinite(bound))) {
    return undefined;
  }
  const size = free.length + active.length;
  const risk = multiplyVector(covariance, weights);
  const matrix = new Float64Array(size * size);
  const right = new Float64Array(size);
  for (const [a, i] of free.entries()) {
    right[a] = linear[i] - risk[i];
    for (const [b, j] of free.entries()) {
      matrix[a * size + b] = covariance.values[i * covariance.cols + j];
    }
  }
  for (const [k, { row, bound }] of active.entries()) {
    const line = free.length + k;
    right[line] = bound - rowValue(row, weights);
    for (const [a, i] of free.entries()) {
      matrix[line * size + a] = row.coefficients[row.assets.indexOf(i)] ?? 0;
      matrix[a * size + line] = matrix[line * size + a];
    }
  }
  const inverse = smallInverse(matrix, size);
  if (inverse === undefined) {
    return undefined;
  }
  const solution = multiplyVector({ rows: size, cols: size, values: inverse }, right);
  for (const [a, i] of free.entries()) {
    weights[i] = solution[a];
  }
  return weights;
}

function isFeasible(
  weights: Float64Array,
  rows: readonly LinearRow[],
  lower: Float64Array,
  upper: Float64Array,
): boolean {
  return (
    weights.every((w, i) => w >= lower[i] - TOLERANCE && w <= upper[i] + TOLERANCE) &&
    rows.every((row) => {
      const sum = rowValue(row, weights);
      return sum >= row.lower - TOLERANCE && sum <= row.upper + TOLERANCE;
    })
  );
}
