import type { Certificate, LinearSystem, Multipliers } from "../linear-system.ts";
import type { QuadraticForm, QuadraticProgram } from "./quadratic-program.ts";

const ALGORITHM = "active-set/1";

/** Computes ½x'Hx + c'x. */
export function objectiveOf({ quadratic, linear }: QuadraticProgram, x: Float64Array): number {
  const image = multiplyForm(quadratic, x);
  let sum = 0;
  for (let j = 0; j < x.length; j++) {
    sum += x[j] * (image[j] / 2 + linear[j]);
  }
  return sum;
}

/** Computes Hx. */
export function multiplyForm(form: QuadraticForm, x: Float64Array): Float64Array {
  const { matrix, columns, diagonal } = form;
  const { cols: width, values } = matrix;
  const image = new Float64Array(width);
  for (let j = 0; j < x.length; j++) {
    const start = (columns?.[j] ?? j) * width;
    for (let i = 0; i < width && x[j] !== 0; i++) {
      image[i] += x[j] * values[start + i];
    }
  }
  return x.map((value, j) => image[columns?.[j] ?? j] + (diagonal?.[j] ?? 0) * value);
}

/** Measures how far an answer with its multipliers is from optimal. */
export function certify(
  program: QuadraticProgram,
  x: Float64Array,
  multipliers: Multipliers,
  iterations: number,
): Certificate {
  const { lower, upper, rows, rowLower, rowUpper } = program.system;
  const n = x.length;
  const rest = multiplyForm(program.quadratic, x);
  let steepness = largestTerm(program.quadratic, x);
  for (let j = 0; j < n; j++) {
    rest[j] += program.linear[j] - multipliers.bounds[j];
    steepness = Math.max(steepness, Math.abs(program.linear[j]));
  }
  const sides = { size: smallestLimit(program.system), miss: 0, slackness: 0 };
  for (let j = 0; j < n; j++) {
    addSide(sides, x[j], lower[j], upper[j], multipliers.bounds[j], 1);
  }
  for (let r = 0; r < rowLower.length; r++) {
    const price = multipliers.rows[r];
    let value = 0;
    let rowSize = 0;
    for (let j = 0; j < n; j++) {
      const entry = rows.values[r * n + j];
      value += entry * x[j];
      rest[j] -= price * entry;
      rowSize = Math.max(rowSize, Math.abs(entry));
    }
    addSide(sides, value, rowLower[r], rowUpper[r], price, rowSize || 1);
  }
  let error = 0;
  for (let j = 0; j < n; j++) {
    error = Math.max(error, Math.abs(rest[j]));
  }
  return {
    algorithm: ALGORITHM,
    iterations,
    primalResidual: sides.size > 0 ? sides.miss / sides.size : sides.miss,
    dualResidual: steepness > 0 ? error / steepness : error,
    gap: sides.slackness / Math.max(1, Math.abs(objectiveOf(program, x))),
  };
}

// Where a riskless answer has no gradient, errors count against this share of other curvatures.
const CURVATURE_SHARE = 1e-4;

/** Finds the largest |Hᵢⱼxⱼ|: what the gradient is made of, where it cancels to 0. */
function largestTerm({ matrix, columns, diagonal }: QuadraticForm, x: Float64Array): number {
  let term = 0;
  let entry = 0;
  let reach = 0;
  for (let j = 0; j < x.length; j++) {
    const start = (columns?.[j] ?? j) * matrix.cols;
    let size = diagonal?.[j] ?? 0;
    for (let i = 0; i < matrix.cols; i++) {
      size = Math.max(size, Math.abs(matrix.values[start + i]));
    }
    entry = Math.max(entry, size);
    reach = Math.max(reach, Math.abs(x[j]));
    term = Math.max(term, size * Math.abs(x[j]));
  }
  return Math.max(term, CURVATURE_SHARE * entry * reach);
}

/**
 * Finds the smallest limit that is not 0: beside it, what rounding leaves of values that vanish
 * is nothing.
 */
function smallestLimit({ lower, upper, rowLower, rowUpper }: LinearSystem): number {
  let smallest = Number.POSITIVE_INFINITY;
  for (const limits of [lower, upper, rowLower, rowUpper]) {
    for (const limit of limits) {
      smallest = limit === 0 ? smallest : Math.min(smallest, Math.abs(limit));
    }
  }
  return Number.isFinite(smallest) ? smallest : 0;
}

function addSide(
  sides: { size: number; miss: number; slackness: number },
  value: number,
  lower: number,
  upper: number,
  price: number,
  unit: number,
): void {
  sides.size = Math.max(sides.size, Math.abs(value) / unit);
  sides.miss = Math.max(sides.miss, (lower - value) / unit, (value - upper) / unit);
  if (price !== 0) {
    sides.slackness += Math.abs(price * (value - (price > 0 ? lower : upper)));
  }
}
