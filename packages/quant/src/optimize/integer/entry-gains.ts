import { choleskyFactor } from "../../linalg/cholesky.ts";
import { rangeProduct, solveLower } from "../../linalg/kernels.ts";
import { dot } from "../../linalg/matrix.ts";
import type { IntegerProgram } from "./integer-program.ts";
import type { DecidedPoint } from "./local-search.ts";
import { ACTIVE, INACTIVE } from "./search-node.ts";

// Sums and values that miss a side by less than this fraction of it are on it.
const ROUNDING = 1e-9;

/**
 * Estimates by how much the objective falls when one more asset becomes active and those that are
 * free follow, while rows that hold with equality do so still.
 *
 * Exact where no other limit comes to bind or ceases to: along entry i the curvature is
 * hᵢ = Hᵢᵢ − H_iF·uᵢ + rᵢ'S⁻¹rᵢ with uᵢ = H_FF⁻¹H_Fi, rᵢ = Aᵢ − A_F·uᵢ and S = A_F·H_FF⁻¹·A_F', and
 * with the slope s the objective changes by s·t + ½hᵢt².
 *
 * @param activity - Index of the activity that the asset enters.
 * @returns Gains, length n; −Infinity for what is active or cannot be.
 */
export function entryGains(
  program: IntegerProgram,
  { x, slopes, choices }: DecidedPoint,
  activity: number,
): Float64Array {
  const { system, activities } = program;
  const { center, leastAbove, leastBelow } = activities[activity];
  const free = Int32Array.from(x.keys()).filter((i) => {
    const distance = x[i] - center[i];
    const least = distance > 0 ? leastAbove[i] : leastBelow[i];
    const isInside = x[i] > system.lower[i] && x[i] < system.upper[i];
    return (
      choices[activity][i] >= ACTIVE && isInside && Math.abs(distance) > least * (1 + ROUNDING)
    );
  });
  const curvatures = new EntryCurvatures(program, x, Int32Array.from(free));
  const gains = new Float64Array(x.length).fill(Number.NEGATIVE_INFINITY);
  for (let i = 0; i < x.length; i++) {
    if (choices[activity][i] === INACTIVE && slopes[i] !== 0) {
      const isUp = slopes[i] < 0;
      const most = isUp ? system.upper[i] - center[i] : center[i] - system.lower[i];
      const least = isUp ? leastAbove[i] : leastBelow[i];
      gains[i] = gainOf(Math.abs(slopes[i]), curvatures.at(i), least, most);
    }
  }
  return gains;
}

/** The most that descent·t − ½·curvature·t² reaches for t from `least` to `most`. */
function gainOf(descent: number, curvature: number, least: number, most: number): number {
  if (!(most >= least && most > 0)) {
    return Number.NEGATIVE_INFINITY;
  }
  const best = curvature > 0 ? descent / curvature : most;
  const step = Math.min(most, Math.max(least, best));
  return descent * step - (curvature * step * step) / 2;
}

/** Curvatures along the entries of assets at one point. */
class EntryCurvatures {
  readonly #program: IntegerProgram;
  readonly #free: Int32Array;
  /** Rows that hold with equality. */
  readonly #held: Int32Array;
  /** L of H_FF = LL'. */
  readonly #factor: Float64Array | undefined;
  /** L⁻¹A_F', one line a held row, shape (m, k). */
  readonly #lines: Float64Array;
  /** Factor of S. */
  readonly #rowFactor: Float64Array | undefined;
  readonly #line: Float64Array;
  readonly #rest: Float64Array;

  constructor(program: IntegerProgram, x: Float64Array, free: Int32Array) {
    const n = x.length;
    const k = free.length;
    this.#program = program;
    this.#free = free;
    this.#held = heldRows(program, x);
    const m = this.#held.length;
    this.#line = new Float64Array(k);
    this.#rest = new Float64Array(m);
    this.#lines = new Float64Array(m * k);
    const form = new Float64Array(k * k);
    for (let a = 0; a < k; a++) {
      for (let b = 0; b < k; b++) {
        form[a * k + b] = program.matrix.values[free[a] * n + free[b]];
      }
    }
    this.#factor = choleskyFactor({ rows: k, cols: k, values: form });
    if (this.#factor === undefined) {
      return;
    }
    for (let r = 0; r < m; r++) {
      const line = this.#lines.subarray(r * k, (r + 1) * k);
      for (let a = 0; a < k; a++) {
        line[a] = program.system.rows.values[this.#held[r] * n + free[a]];
      }
      solveLower(this.#factor, line.length, line);
    }
    const gram = new Float64Array(m * m);
    for (let r = 0; r < m; r++) {
      for (let s = 0; s < m; s++) {
        gram[r * m + s] = rangeProduct(this.#lines, r * k, this.#lines, s * k, k);
      }
    }
    this.#rowFactor = choleskyFactor({ rows: m, cols: m, values: gram });
  }

  /** The curvature h along the entry of asset i; Hᵢᵢ where rows or variables depend on others. */
  at(i: number): number {
    const { matrix, system } = this.#program;
    const n = matrix.rows;
    const line = this.#line;
    const rest = this.#rest;
    const own = matrix.values[i * n + i];
    if (this.#factor === undefined || this.#rowFactor === undefined) {
      return own;
    }
    for (let a = 0; a < line.length; a++) {
      line[a] = matrix.values[i * n + this.#free[a]];
    }
    solveLower(this.#factor, line.length, line);
    for (let r = 0; r < rest.length; r++) {
      const followed = rangeProduct(this.#lines, r * line.length, line, 0, line.length);
      rest[r] = system.rows.values[this.#held[r] * n + i] - followed;
    }
    solveLower(this.#rowFactor, rest.length, rest);
    return Math.max(0, own - dot(line, line) + dot(rest, rest));
  }
}

function heldRows({ system }: IntegerProgram, x: Float64Array): Int32Array {
  const { rows, rowLower, rowUpper } = system;
  return Int32Array.from(rowLower.keys()).filter((r) => {
    const sum = rangeProduct(rows.values, r * x.length, x, 0, x.length);
    const tolerance = ROUNDING * Math.max(1, Math.abs(sum));
    return Math.abs(sum - rowLower[r]) <= tolerance || Math.abs(sum - rowUpper[r]) <= tolerance;
  });
}
