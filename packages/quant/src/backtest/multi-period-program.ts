import { type Matrix, multiplyVector } from "../linalg/matrix.ts";
import type { LinearSystem } from "../optimize/linear-system.ts";
import { covarianceOf, type MultiPeriodProblem } from "./multi-period-problem.ts";
import type { TradingProgram } from "./trading-program.ts";

/**
 * Writes a multi-period problem as one program in its trades.
 *
 * The variables are u₁ … u_H and, if borrowing costs something, the short positions s₁ … s_H. With
 * wₕ = w₀ + u₁ + … + uₕ all costs of trading are separable, and half as many variables are needed
 * as with trades and weights.
 */
export function multiPeriodProgram(problem: MultiPeriodProblem): TradingProgram {
  const { rows: periodCount, cols: n } = problem.means;
  const hasShorts = problem.costs.borrow.some((cost) => cost > 0);
  const size = { n, periodCount, variables: periodCount * n * (hasShorts ? 2 : 1) };
  const rates = repeat(problem.costs.linear, size);
  return {
    linear: linearPart(problem, size),
    quadratic: { matrix: quadraticPart(problem, size) },
    system: systemOf(problem, size, hasShorts),
    costs: [{ center: new Float64Array(size.variables), up: rates, down: rates }],
    limits: [],
    impact: repeat(problem.costs.impact, size),
    reach: repeat(reachOf(problem), size),
  };
}

/** Adds up trades to the weights after each period, shape (H, N). */
export function plannedWeights(initialWeights: Float64Array, trades: Matrix): Matrix {
  const { rows, cols, values } = trades;
  const weights = new Float64Array(rows * cols);
  for (let k = 0; k < weights.length; k++) {
    weights[k] = values[k] + (k < cols ? initialWeights[k] : weights[k - cols]);
  }
  return { rows, cols, values: weights };
}

interface Size {
  readonly n: number;
  readonly periodCount: number;
  readonly variables: number;
}

/** cₖ = Σ_{h ≥ k} (γΣₕw₀ − μₕ) for the trades, the cost of borrowing for the short positions. */
function linearPart(problem: MultiPeriodProblem, { n, periodCount, variables }: Size) {
  const { means, riskAversion, initialWeights, costs } = problem;
  const linear = new Float64Array(variables);
  for (let h = periodCount - 1; h >= 0; h--) {
    const risk = multiplyVector(covarianceOf(problem, h), initialWeights);
    for (let j = 0; j < n; j++) {
      const later = h + 1 < periodCount ? linear[(h + 1) * n + j] : 0;
      linear[h * n + j] = later + riskAversion * risk[j] - means.values[h * n + j];
    }
  }
  for (let k = periodCount * n; k < variables; k++) {
    linear[k] = costs.borrow[k % n];
  }
  return linear;
}

/** P, whose block (k, l) is γ Σ_{h ≥ max(k, l)} Σₕ. */
function quadraticPart(problem: MultiPeriodProblem, { n, periodCount, variables }: Size): Matrix {
  const values = new Float64Array(variables * variables);
  const sum = new Float64Array(n * n);
  for (let h = periodCount - 1; h >= 0; h--) {
    const covariance = covarianceOf(problem, h).values;
    for (let e = 0; e < n * n; e++) {
      sum[e] += problem.riskAversion * covariance[e];
    }
    for (let other = 0; other <= h; other++) {
      setBlock(values, sum, { n, variables, row: h, col: other });
      setBlock(values, sum, { n, variables, row: other, col: h });
    }
  }
  return { rows: variables, cols: variables, values };
}

interface BlockPlace {
  readonly n: number;
  readonly variables: number;
  readonly row: number;
  readonly col: number;
}

function setBlock(values: Float64Array, block: Float64Array, place: BlockPlace): void {
  const { n, variables, row, col } = place;
  for (let i = 0; i < n; i++) {
    values.set(block.subarray(i * n, (i + 1) * n), (row * n + i) * variables + col * n);
  }
}

/** Tells how far a trade can be from another one: across the weights' bounds and back. */
function reachOf({ system, initialWeights }: MultiPeriodProblem): Float64Array {
  return initialWeights.map((weight, j) => {
    const lowest = Math.min(weight, system.lower[j]);
    const highest = Math.max(weight, system.upper[j]);
    // Without bounds, the whole portfolio's value.
    return Number.isFinite(highest - lowest) ? 2 * (highest - lowest) : 1;
  });
}

/** Repeats costs for the trades of each period; short positions are not traded. */
function repeat(costs: Float64Array, { n, periodCount, variables }: Size): Float64Array {
  const repeated = new Float64Array(variables);
  for (let h = 0; h < periodCount; h++) {
    repeated.set(costs, h * n);
  }
  return repeated;
}

/** A row over the variables, as it is collected before the matrix has its size. */
interface Row {
  readonly values: Float64Array;
  readonly lower: number;
  readonly upper: number;
}

function systemOf(problem: MultiPeriodProblem, size: Size, hasShorts: boolean): LinearSystem {
  const { n, periodCount, variables } = size;
  const lower = new Float64Array(variables).fill(Number.NEGATIVE_INFINITY).fill(0, periodCount * n);
  const upper = new Float64Array(variables).fill(Number.POSITIVE_INFINITY);
  const rows: Row[] = [];
  for (let h = 0; h < periodCount; h++) {
    const bounds = boundsOf(problem, h);
    if (h === 0) {
      // The first period's weights are its trades but for a constant.
      lower.set(bounds.lower);
      upper.set(bounds.upper);
    } else {
      rows.push(...boundRows(bounds, h, size));
    }
    if (hasShorts) {
      rows.push(...shortRows(problem, h, size));
    }
    // Given last weights leave no freedom: rows that only repeat it would make duals ambiguous.
    if (!isFixed(problem, h)) {
      rows.push(...limitRows(problem, h, size));
    }
  }
  return {
    lower,
    upper,
    rows: { rows: rows.length, cols: variables, values: concatenateRows(rows, variables) },
    rowLower: Float64Array.from(rows, (row) => row.lower),
    rowUpper: Float64Array.from(rows, (row) => row.upper),
  };
}

function isFixed({ means, terminalWeights }: MultiPeriodProblem, h: number): boolean {
  return terminalWeights !== undefined && h === means.rows - 1;
}

interface Bounds {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** Tells between what the sum of an asset's trades must stay up to a period. */
function boundsOf(problem: MultiPeriodProblem, h: number): Bounds {
  const { system, initialWeights, terminalWeights } = problem;
  const fixed = isFixed(problem, h) ? terminalWeights : undefined;
  return {
    lower: (fixed ?? system.lower).map((weight, j) => weight - initialWeights[j]),
    upper: (fixed ?? system.upper).map((weight, j) => weight - initialWeights[j]),
  };
}

function boundRows({ lower, upper }: Bounds, h: number, size: Size): Row[] {
  return Array.from(lower.keys())
    .filter((j) => lower[j] > Number.NEGATIVE_INFINITY || upper[j] < Number.POSITIVE_INFINITY)
    .map((j) => ({ values: sumRow([[j, 1]], h, size), lower: lower[j], upper: upper[j] }));
}

/** Writes s ≥ −w for the short positions after the trades of one period. */
function shortRows({ initialWeights }: MultiPeriodProblem, h: number, size: Size): Row[] {
  return Array.from(initialWeights, (weight, j) => {
    const values = sumRow([[j, 1]], h, size);
    values[(size.periodCount + h) * size.n + j] = 1;
    return { values, lower: -weight, upper: Number.POSITIVE_INFINITY };
  });
}

/** Writes the rows of the limits for the weights after the trades of one period. */
function limitRows({ system, initialWeights }: MultiPeriodProblem, h: number, size: Size): Row[] {
  const { rows, rowLower, rowUpper } = system;
  const start = multiplyVector(rows, initialWeights);
  return Array.from({ length: rows.rows }, (_, i) => {
    const entries = Array.from(
      rows.values.subarray(i * size.n, (i + 1) * size.n),
      (value, j): [number, number] => [j, value],
    );
    return {
      values: sumRow(entries, h, size),
      lower: rowLower[i] - start[i],
      upper: rowUpper[i] - start[i],
    };
  });
}

/** Makes the row of Σⱼ cⱼ·(u₁ + … + uₕ)ⱼ. */
function sumRow(
  entries: readonly [number, number][],
  h: number,
  { n, variables }: Size,
): Float64Array {
  const values = new Float64Array(variables);
  for (let k = 0; k <= h; k++) {
    for (const [j, value] of entries) {
      values[k * n + j] = value;
    }
  }
  return values;
}

function concatenateRows(rows: readonly Row[], variables: number): Float64Array {
  const values = new Float64Array(rows.length * variables);
  for (const [i, row] of rows.entries()) {
    values.set(row.values, i * variables);
  }
  return values;
}
