import { ArgumentError } from "../../errors.ts";
import type { LinearSystem } from "../linear-system.ts";
import type { QuadraticForm, QuadraticProgram } from "./quadratic-program.ts";

/**
 * A quadratic program in units in which its limits, gradients and rows are about 1.
 *
 * Limits are numbered as items: variables 0 … n − 1, rows n … n + m − 1.
 */
export interface ScaledProgram {
  readonly n: number;
  readonly m: number;
  /** M, row-major, shape (width, width). */
  readonly matrix: Float64Array;
  readonly width: number;
  readonly columns: Int32Array;
  /** The diagonal d and what is added to it to make H definite, length n. */
  readonly curvature: Float64Array;
  /** The part of `curvature` that is not the problem's but a proximal term, length n. */
  readonly proximity: Float64Array;
  /** Rows of A with largest entry 1, row-major, shape (m, n). */
  readonly rows: Float64Array;
  /** Length n + m, as `upper`. */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly linear: Float64Array;
  /** True x over scaled x. */
  readonly size: number;
  /** True gradient over scaled gradient. */
  readonly slope: number;
  /** Largest entry of each row of A, length m. */
  readonly rowSize: Float64Array;
  /** A limit broken by no more counts as met. */
  readonly limitTolerance: number;
  /** A multiplier with the wrong sign that is no larger counts as 0. */
  readonly signTolerance: number;
}

/** Units and tolerances of a scaled program, where those by default are not fine enough. */
export interface Scaling {
  /** True x over scaled x; the largest limit by default. */
  readonly size?: number;
  /** A limit broken by no more, in scaled units, counts as met. */
  readonly limitTolerance: number;
  /** A multiplier with the wrong sign that is no larger, in scaled units, counts as 0. */
  readonly signTolerance: number;
  /** Least curvature that the proximal term has, as a fraction of the largest. */
  readonly proximityMin: number;
}

/** Fit for limits, answers and curvatures that are of like size. */
export const USUAL_SCALING: Scaling = {
  limitTolerance: 1e-12,
  signTolerance: 1e-13,
  proximityMin: 1e-14,
};

const SMALLEST_SIZE = 1e-100;
const LARGEST_SIZE = 1e100;
// The curvature that is added to a variable, as a fraction of its own.
const PROXIMITY = 1e-10;
// The same where there is no curvature at all, in units of the gradient.
const LINEAR_PROXIMITY = 1e-4;
// A linear term this much larger than the quadratic one sets the unit of gradients.
const LINEAR_SHARE = 1e-4;
// Sides that cross by no more than this fraction of the size are taken as equal.
const CROSSING_TOLERANCE = 1e-10;

/**
 * Scales a checked program. Copies what it keeps.
 *
 * @throws {ArgumentError} The size of the limits, of the quadratic or of the linear term is
 *   neither 0 nor between 1e-100 and 1e100.
 */
export function scaleProgram(program: QuadraticProgram, scaling = USUAL_SCALING): ScaledProgram {
  const { quadratic, linear, system } = program;
  const n = linear.length;
  const m = system.rowLower.length;
  const { rows, rowSize } = scaleRows(system.rows.values, m, n);
  const size = scaling.size ?? limitSize(program, rowSize);
  const curve = curveSize(quadratic);
  const steepest = requireSize(largest(linear), "the largest linear coefficient");
  const slope = Math.max(curve * size, LINEAR_SHARE * steepest) || 1;
  return {
    n,
    m,
    ...scaleForm(quadratic, n, size / slope, curve > 0 ? scaling.proximityMin : LINEAR_PROXIMITY),
    rows,
    ...scaleLimits(system, size, rowSize),
    linear: linear.map((value) => value / slope),
    size,
    slope,
    rowSize,
    limitTolerance: scaling.limitTolerance,
    signTolerance: scaling.signTolerance,
  };
}

function scaleForm(form: QuadraticForm, n: number, ratio: number, least: number) {
  const { matrix, columns, diagonal } = form;
  const scaled = symmetrized(matrix.values, matrix.rows, ratio);
  const rowOf = columns ?? Int32Array.from({ length: n }, (_, j) => j);
  const curvature = Float64Array.from({ length: n }, (_, j) => (diagonal?.[j] ?? 0) * ratio);
  const proximity = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    const own = scaled[rowOf[j] * (matrix.cols + 1)] + curvature[j];
    proximity[j] = Math.max(PROXIMITY * own, least);
    curvature[j] += proximity[j];
  }
  return { matrix: scaled, width: matrix.rows, columns: rowOf, curvature, proximity };
}

function scaleLimits(system: LinearSystem, size: number, rowSize: Float64Array) {
  const n = system.lower.length;
  const lower = new Float64Array(n + rowSize.length);
  const upper = new Float64Array(n + rowSize.length);
  for (let item = 0; item < lower.length; item++) {
    const unit = item < n ? size : size * rowSize[item - n];
    lower[item] = (item < n ? system.lower[item] : system.rowLower[item - n]) / unit;
    upper[item] = (item < n ? system.upper[item] : system.rowUpper[item - n]) / unit;
    if (upper[item] < lower[item] && upper[item] >= lower[item] - CROSSING_TOLERANCE) {
      upper[item] = lower[item];
    }
  }
  return { lower, upper };
}

function symmetrized(values: Float64Array, width: number, ratio: number): Float64Array {
  const matrix = new Float64Array(values.length);
  for (let i = 0; i < width; i++) {
    for (let j = 0; j < width; j++) {
      matrix[i * width + j] = (values[i * width + j] / 2 + values[j * width + i] / 2) * ratio;
    }
  }
  return matrix;
}

function scaleRows(values: Float64Array, m: number, n: number) {
  const rows = Float64Array.from(values);
  const rowSize = new Float64Array(m);
  for (let r = 0; r < m; r++) {
    const row = rows.subarray(r * n, (r + 1) * n);
    rowSize[r] = requireSize(largest(row), `the largest coefficient of row ${r}`) || 1;
    for (let j = 0; j < n; j++) {
      row[j] /= rowSize[r];
    }
  }
  return { rows, rowSize };
}

/** Limits of rows set the unit; bounds only where there are none, as they are often left wide. */
function limitSize({ system }: QuadraticProgram, rowSize: Float64Array): number {
  const { lower, upper, rowLower, rowUpper } = system;
  let size = 0;
  for (let r = 0; r < rowSize.length; r++) {
    size = Math.max(
      size,
      finiteSize(rowLower[r]) / rowSize[r],
      finiteSize(rowUpper[r]) / rowSize[r],
    );
  }
  const hasRowLimit = size > 0;
  for (let j = 0; j < lower.length && !hasRowLimit; j++) {
    size = Math.max(size, finiteSize(lower[j]), finiteSize(upper[j]));
  }
  return requireSize(size, "the largest limit") || 1;
}

function finiteSize(limit: number): number {
  return Number.isFinite(limit) ? Math.abs(limit) : 0;
}

/** The largest curvature of a variable. */
export function curveSize({ matrix, diagonal }: QuadraticForm): number {
  let size = diagonal === undefined ? 0 : largest(diagonal);
  for (let i = 0; i < matrix.rows; i++) {
    size = Math.max(size, matrix.values[i * matrix.cols + i]);
  }
  return requireSize(size, "the largest curvature");
}

/** The largest magnitude of the entries. */
export function largest(values: Float64Array): number {
  let size = 0;
  for (let i = 0; i < values.length; i++) {
    size = Math.max(size, Math.abs(values[i]));
  }
  return size;
}

function requireSize(size: number, what: string): number {
  if (size !== 0 && !(size >= SMALLEST_SIZE && size <= LARGEST_SIZE)) {
    throw new ArgumentError(
      `${what} is ${size}, neither 0 nor between ${SMALLEST_SIZE} and ${LARGEST_SIZE}`,
    );
  }
  return size;
}
