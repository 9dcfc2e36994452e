import { ArgumentError } from "../../errors.ts";
import type { Matrix } from "../../linalg/matrix.ts";
import type { LinearSystem } from "../linear-system.ts";
import type { QuadraticProgram } from "./quadratic-program.ts";

/**
 * The convex function Σⱼ upⱼ·max(0, xⱼ − centerⱼ) + downⱼ·max(0, centerⱼ − xⱼ).
 *
 * With the holdings as the center it is what buying and selling cost; with rates of 1 it is the
 * turnover, or the sum of absolute weights around 0. Steeper rates further out come from several.
 */
export interface KinkedTerm {
  /** Where the kinks are, finite, length n. */
  readonly center: Float64Array;
  /** Rate above the center, length n. */
  readonly up: Float64Array;
  /** Rate below the center, length n; up + down is not negative. */
  readonly down: Float64Array;
}

/** A quadratic program with kinked terms added to its objective, and others limited. */
export interface SeparableProgram extends QuadraticProgram {
  readonly costs: readonly KinkedTerm[];
  readonly limits: readonly (KinkedTerm & { readonly limit: number })[];
}

/** A separable program as a quadratic one over parts of the variables. */
export interface SplitProgram {
  readonly program: QuadraticProgram;
  /** Point at which all parts are 0, length n. */
  readonly anchor: Float64Array;
  /** Variable of each part. Parts of one variable are in the order of their values. */
  readonly columns: Int32Array;
}

interface Part {
  readonly variable: number;
  readonly lower: number;
  readonly upper: number;
  /** A value in the part, to read the rates from. */
  readonly inside: number;
}

/**
 * Splits variables at the kinks of their terms, and only those that have kinks within their
 * bounds. As the terms are convex, parts fill up in order by themselves, so the split is exact.
 *
 * @throws {ArgumentError} A term has the wrong length, a center or a rate is not finite, or rates
 *   make it concave.
 */
export function splitProgram(program: SeparableProgram): SplitProgram {
  const { costs, limits, linear, quadratic, system } = program;
  if (quadratic.columns !== undefined) {
    throw new ArgumentError("a separable program is split already");
  }
  const n = linear.length;
  for (const term of [...costs, ...limits]) {
    checkTerm(term, n);
  }
  const { parts, anchor } = splitVariables(program);
  const columns = Int32Array.from(parts, ({ variable }) => variable);
  const gradient = gradientAt(program, anchor);
  return {
    program: {
      quadratic: {
        matrix: withDiagonal(quadratic.matrix, quadratic.diagonal),
        columns,
      },
      linear: Float64Array.from(parts, ({ variable, inside }) => {
        const rates = costs.map((term) => rateAt(term, variable, inside));
        return rates.reduce((sum, rate) => sum + rate, gradient[variable]);
      }),
      system: {
        lower: Float64Array.from(parts, ({ lower }) => lower),
        upper: Float64Array.from(parts, ({ upper }) => upper),
        ...splitRows(system, limits, parts, anchor),
      },
    },
    anchor,
    columns,
  };
}

function checkTerm({ center, up, down }: KinkedTerm, n: number): void {
  if (center.length !== n || up.length !== n || down.length !== n) {
    throw new ArgumentError(`a term has ${center.length} centers for ${n} variables`);
  }
  for (let j = 0; j < n; j++) {
    if (!(Number.isFinite(center[j]) && Number.isFinite(up[j]) && Number.isFinite(down[j]))) {
      throw new ArgumentError(`a term has ${center[j]}, ${up[j]}, ${down[j]} at ${j}`);
    }
    if (up[j] + down[j] < 0) {
      throw new ArgumentError(`rates ${up[j]} and ${down[j]} at ${j} are not convex`);
    }
  }
}

function splitVariables({ costs, limits, system, linear }: SeparableProgram) {
  const { lower, upper } = system;
  const anchor = new Float64Array(linear.length);
  const parts: Part[] = [];
  const terms = [...costs, ...limits];
  for (let j = 0; j < anchor.length; j++) {
    const kinks = new Set<number>();
    for (const { center, up, down } of terms) {
      if (up[j] + down[j] > 0 && center[j] > lower[j] && center[j] < upper[j]) {
        kinks.add(center[j]);
      }
    }
    const ordered = [...kinks].sort((a, b) => a - b);
    anchor[j] = ordered[0] ?? 0;
    addParts(parts, j, [lower[j], ...ordered, upper[j]]);
  }
  return { parts, anchor };
}

/** Adds the parts between the ends of a variable, the first of which goes down from the anchor. */
function addParts(parts: Part[], variable: number, ends: readonly number[]): void {
  const last = ends.length - 1;
  if (last === 1) {
    const [lower, upper] = ends;
    parts.push({ variable, lower, upper, inside: middle(lower, upper) });
    return;
  }
  for (let k = 0; k < last; k++) {
    const from = ends[k];
    const to = ends[k + 1];
    const inside = middle(from, to);
    parts.push(
      k === 0
        ? { variable, lower: from - to, upper: 0, inside }
        : { variable, lower: 0, upper: to - from, inside },
    );
  }
}

function middle(lower: number, upper: number): number {
  if (Number.isFinite(lower) && Number.isFinite(upper)) {
    return lower / 2 + upper / 2;
  }
  if (Number.isFinite(lower)) {
    return lower + Math.max(1, Math.abs(lower));
  }
  return Number.isFinite(upper) ? upper - Math.max(1, Math.abs(upper)) : 0;
}

function rateAt({ center, up, down }: KinkedTerm, j: number, value: number): number {
  return value > center[j] ? up[j] : -down[j];
}

function termAt({ center, up, down }: KinkedTerm, j: number, value: number): number {
  return Math.max(0, value - center[j]) * up[j] + Math.max(0, center[j] - value) * down[j];
}

/** Sums a kinked term over all variables. */
export function kinkedSum(term: KinkedTerm, x: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < x.length; j++) {
    sum += termAt(term, j, x[j]);
  }
  return sum;
}

function withDiagonal(matrix: Matrix, diagonal: Float64Array | undefined): Matrix {
  if (diagonal === undefined) {
    return matrix;
  }
  const values = Float64Array.from(matrix.values);
  for (let j = 0; j < matrix.rows; j++) {
    values[j * matrix.cols + j] += diagonal[j];
  }
  return { ...matrix, values };
}

function gradientAt({ quadratic, linear }: SeparableProgram, x: Float64Array): Float64Array {
  const { matrix, diagonal } = quadratic;
  return linear.map((value, i) => {
    let sum = value + (diagonal?.[i] ?? 0) * x[i];
    for (let j = 0; j < x.length; j++) {
      sum += matrix.values[i * matrix.cols + j] * x[j];
    }
    return sum;
  });
}

function splitRows(
  { rows, rowLower, rowUpper }: LinearSystem,
  limits: SeparableProgram["limits"],
  parts: readonly Part[],
  anchor: Float64Array,
) {
  const m = rowLower.length;
  const width = parts.length;
  const values = new Float64Array((m + limits.length) * width);
  const shift = new Float64Array(m + limits.length);
  for (let r = 0; r < m; r++) {
    for (const [k, { variable }] of parts.entries()) {
      values[r * width + k] = rows.values[r * rows.cols + variable];
    }
    for (let j = 0; j < anchor.length; j++) {
      shift[r] += rows.values[r * rows.cols + j] * anchor[j];
    }
  }
  for (const [t, term] of limits.entries()) {
    for (const [k, { variable, inside }] of parts.entries()) {
      values[(m + t) * width + k] = rateAt(term, variable, inside);
    }
    shift[m + t] = kinkedSum(term, anchor);
  }
  const least = [...rowLower, ...limits.map(() => Number.NEGATIVE_INFINITY)];
  const most = [...rowUpper, ...limits.map(({ limit }) => limit)];
  return {
    rows: { rows: m + limits.length, cols: width, values },
    rowLower: Float64Array.from(least, (limit, r) => limit - shift[r]),
    rowUpper: Float64Array.from(most, (limit, r) => limit - shift[r]),
  };
}
