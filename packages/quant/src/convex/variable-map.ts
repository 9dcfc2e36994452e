import type { LinearSystem } from "../optimize/linear-system.ts";
import type { VariableMap } from "./conic-builder.ts";

// Sides of a bound that are closer than this, relative to the size of x, fix the variable.
const FIXED_WIDTH = 1e-11;

/** Finds the size of x and the variables that are fixed. In y = κx only zeros are. */
export function mapVariables(system: LinearSystem, isHomogeneous: boolean): VariableMap {
  const { lower, upper } = system;
  const unit = sizeOfVariables(system);
  const variables = lower.length;
  const fixed = new Float64Array(variables);
  const free: number[] = [];
  for (let i = 0; i < variables; i++) {
    const isFixed = upper[i] - lower[i] <= FIXED_WIDTH * unit;
    if (isFixed && (!isHomogeneous || (lower[i] === 0 && upper[i] === 0))) {
      fixed[i] = lower[i] / 2 + upper[i] / 2;
    } else {
      free.push(i);
    }
  }
  return { variables, free: Int32Array.from(free), fixed, unit, isHomogeneous };
}

/** Takes the size of x from the sides of the rows, and if all are 0 or open from the bounds. */
function sizeOfVariables({ lower, upper, rows, rowLower, rowUpper }: LinearSystem): number {
  let size = 0;
  for (let r = 0; r < rows.rows; r++) {
    const side = Math.max(finiteSize(rowLower[r]), finiteSize(rowUpper[r]));
    const coefficient = largestInRow(rows.values, r * rows.cols, rows.cols);
    if (coefficient > 0) {
      size = Math.max(size, side / coefficient);
    }
  }
  for (let i = 0; size === 0 && i < lower.length; i++) {
    size = Math.max(size, finiteSize(lower[i]), finiteSize(upper[i]));
  }
  return size > 0 && Number.isFinite(size) ? size : 1;
}

function finiteSize(value: number): number {
  return Number.isFinite(value) ? Math.abs(value) : 0;
}

/** Finds the largest magnitude among `count` entries from `start`. */
export function largestInRow(values: Float64Array, start: number, count: number): number {
  let most = 0;
  for (let j = 0; j < count; j++) {
    most = Math.max(most, Math.abs(values[start + j]));
  }
  return most;
}
