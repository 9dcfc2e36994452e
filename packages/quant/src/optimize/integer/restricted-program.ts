import { guessWorkingSet } from "../active-set/guess-working-set.ts";
import { solveQuadraticProgram } from "../active-set/solve-quadratic-program.ts";
import type { LinearSystem } from "../linear-system.ts";
import type { IntegerProgram } from "./integer-program.ts";

/** The best point within bounds, and what moving each variable away from it would do. */
export interface RestrictedPoint {
  readonly x: Float64Array;
  readonly objective: number;
  /** Gradient less what the rows pay, length n. */
  readonly slopes: Float64Array;
}

/**
 * Solves the quadratic program that is left when bounds fix most variables, over the others alone:
 * what it costs depends on how many are free.
 *
 * @param system - The program's, with bounds and rows as choices leave them.
 * @param near - A point near the answer, to start from; length n.
 * @returns Nothing when it is infeasible.
 */
export function solveRestricted(
  program: IntegerProgram,
  { lower, upper, ...rowLimits }: LinearSystem,
  near?: Float64Array,
): RestrictedPoint | undefined {
  const system = { lower, upper, ...withoutOpenRows(rowLimits) };
  const free = openVariables(lower, upper);
  const x = Float64Array.from(lower);
  for (const i of free) {
    x[i] = 0;
  }
  const fixedGradient = gradientAt(program, x);
  const fixedSums = sumsAt(system, x);
  if (free.length === 0) {
    return isWithin(system, fixedSums) ? pointAt(program, x, fixedGradient) : undefined;
  }
  const restricted = {
    quadratic: { matrix: submatrix(program.matrix.values, x.length, free) },
    linear: entriesOf(fixedGradient, free),
    system: subsystem(system, free, fixedSums),
  };
  const start = near && guessWorkingSet(restricted.system, entriesOf(near, free));
  const result = solveQuadraticProgram(restricted, start);
  if (result.status !== "optimal") {
    return undefined;
  }
  for (let k = 0; k < free.length; k++) {
    x[free[k]] = result.x[k];
  }
  const gradient = gradientAt(program, x);
  const { rows } = result.multipliers;
  const point = pointAt(program, x, gradient);
  for (let r = 0; r < rows.length; r++) {
    for (let i = 0; i < x.length && rows[r] !== 0; i++) {
      point.slopes[i] -= rows[r] * system.rows.values[r * x.length + i];
    }
  }
  return point;
}

type RowLimits = Pick<LinearSystem, "rows" | "rowLower" | "rowUpper">;

/** Leaves out rows without a finite side, such as those of assets that are not active. */
function withoutOpenRows({ rows, rowLower, rowUpper }: RowLimits): RowLimits {
  const limited: number[] = [];
  for (let r = 0; r < rows.rows; r++) {
    if (Number.isFinite(rowLower[r]) || Number.isFinite(rowUpper[r])) {
      limited.push(r);
    }
  }
  const kept = Int32Array.from(limited);
  const values = new Float64Array(kept.length * rows.cols);
  for (let k = 0; k < kept.length; k++) {
    const start = kept[k] * rows.cols;
    values.set(rows.values.subarray(start, start + rows.cols), k * rows.cols);
  }
  return {
    rows: { rows: kept.length, cols: rows.cols, values },
    rowLower: entriesOf(rowLower, kept),
    rowUpper: entriesOf(rowUpper, kept),
  };
}

function openVariables(lower: Float64Array, upper: Float64Array): Int32Array {
  const open = new Int32Array(lower.length);
  let count = 0;
  for (let i = 0; i < lower.length; i++) {
    if (lower[i] < upper[i]) {
      open[count++] = i;
    }
  }
  return open.subarray(0, count);
}

function entriesOf(values: Float64Array, indices: Int32Array): Float64Array {
  const entries = new Float64Array(indices.length);
  for (let a = 0; a < indices.length; a++) {
    entries[a] = values[indices[a]];
  }
  return entries;
}

function pointAt(
  { linear }: IntegerProgram,
  x: Float64Array,
  gradient: Float64Array,
): RestrictedPoint {
  let objective = 0;
  for (let i = 0; i < x.length; i++) {
    objective += ((gradient[i] + linear[i]) * x[i]) / 2;
  }
  return { x, objective, slopes: gradient };
}

/** Computes Hx + c for an x of few entries. */
function gradientAt({ matrix, linear }: IntegerProgram, x: Float64Array): Float64Array {
  const n = x.length;
  const gradient = Float64Array.from(linear);
  for (let j = 0; j < n; j++) {
    for (let i = 0; i < n && x[j] !== 0; i++) {
      gradient[i] += matrix.values[j * n + i] * x[j];
    }
  }
  return gradient;
}

function sumsAt({ rows }: LinearSystem, x: Float64Array): Float64Array {
  const sums = new Float64Array(rows.rows);
  for (let r = 0; r < rows.rows; r++) {
    for (let i = 0; i < x.length; i++) {
      sums[r] += x[i] === 0 ? 0 : rows.values[r * x.length + i] * x[i];
    }
  }
  return sums;
}

// Sums that miss a side by less than this fraction of it are on it.
const ROUNDING = 1e-11;

function isWithin({ rowLower, rowUpper }: LinearSystem, sums: Float64Array): boolean {
  return sums.every((sum, r) => {
    const tolerance = ROUNDING * Math.max(1, Math.abs(sum));
    return sum >= rowLower[r] - tolerance && sum <= rowUpper[r] + tolerance;
  });
}

function submatrix(values: Float64Array, n: number, free: Int32Array) {
  const count = free.length;
  const taken = new Float64Array(count * count);
  for (let a = 0; a < count; a++) {
    for (let b = 0; b < count; b++) {
      taken[a * count + b] = values[free[a] * n + free[b]];
    }
  }
  return { rows: count, cols: count, values: taken };
}

function subsystem(system: LinearSystem, free: Int32Array, fixedSums: Float64Array): LinearSystem {
  const { lower, upper, rows, rowLower, rowUpper } = system;
  const count = free.length;
  const values = new Float64Array(rows.rows * count);
  for (let r = 0; r < rows.rows; r++) {
    for (let a = 0; a < count; a++) {
      values[r * count + a] = rows.values[r * rows.cols + free[a]];
    }
  }
  return {
    lower: entriesOf(lower, free),
    upper: entriesOf(upper, free),
    rows: { rows: rows.rows, cols: count, values },
    rowLower: rowLower.map((side, r) => side - fixedSums[r]),
    rowUpper: rowUpper.map((side, r) => side - fixedSums[r]),
  };
}
