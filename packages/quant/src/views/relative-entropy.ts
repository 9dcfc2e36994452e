import { choleskyFactor, choleskySolve } from "../linalg/cholesky.ts";
import type { Certificate } from "../optimize/linear-system.ts";
import {
  type ExpectationRow,
  outOfReach,
  requireRows,
  type StandardRows,
  standardizeRows,
} from "./expectation-row.ts";

/** The probabilities nearest to a prior that have the demanded expectations. */
export interface NearestProbabilities {
  readonly status: "optimal";
  /** Length T, not negative, sum 1. */
  readonly probabilities: Float64Array;
  /** Σₜ pₜ ln(pₜ/qₜ), 0 when nothing moved. */
  readonly relativeEntropy: number;
  /** Multipliers of the rows in standard units, to start a similar problem from. */
  readonly multipliers: Float64Array;
  readonly certificate: Certificate;
}

/** Rows that no probabilities on the prior's scenarios satisfy together. */
export interface ImpossibleRows {
  readonly status: "infeasible";
  readonly rows: readonly number[];
}

/** Rounding stopped the search before the rows were met to 1e-9. */
export interface Stalled {
  readonly status: "stalled";
  readonly certificate: Certificate;
}

const ALGORITHM = "dual-newton/1";
const ITERATIONS_MAX = 300;
const GRADIENT_TOLERANCE = 1e-13;
const ACCEPTED_RESIDUAL = 1e-9;
// Part of a separating direction's size by which all scenarios must lie on its far side.
const SEPARATION = 1e-11;
const RIDGE = 1e-11;

/** An iterate of the dual and what it says about the primal. */
interface Iterate {
  readonly multipliers: Float64Array;
  /** Softmax probabilities, length T. */
  readonly probabilities: Float64Array;
  /** ln Σ q exp(λ'x). */
  readonly value: number;
  /** Largest λ'x over the scenarios. */
  readonly reach: number;
  /** E[x], length k. */
  readonly gradient: Float64Array;
}

/**
 * Finds the probabilities nearest to a prior, in relative entropy, with given expectations.
 *
 * The dual has one unknown per row: p ∝ q·exp(λ'x) with the λ that minimizes ln Σₜ qₜ exp(λ'xₜ),
 * λ ≥ 0 for inequalities. Newton's method, projected on the bounds, with the covariance of the rows
 * as its Hessian: O(T·k²) an iteration. A λ for which every λ'xₜ is negative proves that the rows
 * cannot hold.
 *
 * @param prior - Probabilities q, length T, not negative, sum 1. Scenarios at 0 stay at 0.
 * @param rows - Demanded expectations, each with values of length T.
 * @param start - Multipliers to start from, one per row; 0 when absent.
 * @throws {ArgumentError} The probabilities are none, or a row has another length or is not finite.
 * @see Meucci (2008), "Fully flexible views: theory and practice", appendix A.3, ssrn 1213325;
 *   Bertsekas (1982), "Projected Newton methods", doi:10.1137/0320018
 */
export function nearestProbabilities(
  prior: Float64Array,
  rows: readonly ExpectationRow[],
  start?: Float64Array,
): NearestProbabilities | ImpossibleRows | Stalled {
  requireRows(prior, rows);
  const blocked = outOfReach(prior, rows);
  if (blocked !== undefined) {
    return { status: "infeasible", rows: [blocked] };
  }
  const standard = standardizeRows(prior, rows);
  const initial = Float64Array.from(standard.rows, (row) => start?.[row] ?? 0);
  let iterate = evaluate(prior, standard, initial);
  let iterations = 0;
  let stationary = residualOf(iterate, standard);
  while (stationary > GRADIENT_TOLERANCE && iterations < ITERATIONS_MAX) {
    if (separates(iterate, standard)) {
      return { status: "infeasible", rows: partiesOf(iterate, standard) };
    }
    iterations++;
    const next = improve(prior, standard, iterate);
    if (next === undefined) {
      break;
    }
    iterate = next;
    stationary = residualOf(iterate, standard);
  }
  return answerOf(prior, standard, rows.length, iterate, iterations);
}

function answerOf(
  prior: Float64Array,
  standard: StandardRows,
  rowCount: number,
  iterate: Iterate,
  iterations: number,
): NearestProbabilities | ImpossibleRows | Stalled {
  const residual = residualOf(iterate, standard);
  const certificate = {
    algorithm: ALGORITHM,
    iterations,
    primalResidual: residual,
    dualResidual: 0,
    gap: 0,
  };
  if (!(residual <= ACCEPTED_RESIDUAL)) {
    return separates(iterate, standard)
      ? { status: "infeasible", rows: partiesOf(iterate, standard) }
      : { status: "stalled", certificate };
  }
  const multipliers = new Float64Array(rowCount);
  for (const [i, row] of standard.rows.entries()) {
    multipliers[row] = iterate.multipliers[i];
  }
  // Nothing moved: the prior itself, and not its rounding.
  const isPrior = iterate.multipliers.every((multiplier) => multiplier === 0);
  const probabilities = isPrior ? Float64Array.from(prior) : iterate.probabilities;
  const entropy = isPrior ? 0 : relativeEntropy(probabilities, prior);
  const dual = isPrior ? 0 : -iterate.value;
  const gap = Math.abs(entropy - dual) / Math.max(1, entropy);
  return {
    status: "optimal",
    probabilities,
    relativeEntropy: entropy,
    multipliers,
    certificate: { ...certificate, gap },
  };
}

/** Computes Σₜ pₜ ln(pₜ/qₜ), the information that p has over q, not negative. */
export function relativeEntropy(p: Float64Array, q: Float64Array): number {
  let sum = 0;
  for (let t = 0; t < p.length; t++) {
    if (p[t] > 0) {
      sum += p[t] * Math.log(p[t] / q[t]);
    }
  }
  return Math.max(0, sum);
}

function evaluate(prior: Float64Array, standard: StandardRows, multipliers: Float64Array): Iterate {
  const { values, count: k } = standard;
  const scenarios = prior.length;
  const probabilities = new Float64Array(scenarios);
  let reach = Number.NEGATIVE_INFINITY;
  for (let t = 0; t < scenarios; t++) {
    let exponent = 0;
    for (let i = 0; i < k; i++) {
      exponent += multipliers[i] * values[t * k + i];
    }
    probabilities[t] = exponent;
    if (prior[t] > 0 && exponent > reach) {
      reach = exponent;
    }
  }
  let sum = 0;
  for (let t = 0; t < scenarios; t++) {
    const weight = prior[t] > 0 ? prior[t] * Math.exp(probabilities[t] - reach) : 0;
    probabilities[t] = weight;
    sum += weight;
  }
  const gradient = new Float64Array(k);
  for (let t = 0; t < scenarios; t++) {
    probabilities[t] /= sum;
    for (let i = 0; i < k; i++) {
      gradient[i] += probabilities[t] * values[t * k + i];
    }
  }
  return { multipliers, probabilities, value: reach + Math.log(sum), reach, gradient };
}

/** Whether a row's multiplier sits at its bound of 0 and wants to stay there. */
function isHeld(iterate: Iterate, standard: StandardRows, i: number): boolean {
  return !standard.isEquality[i] && iterate.multipliers[i] <= 0 && iterate.gradient[i] >= 0;
}

/** The largest error of an expectation, in standard deviations of its row. */
function residualOf(iterate: Iterate, standard: StandardRows): number {
  let largest = 0;
  for (let i = 0; i < standard.count; i++) {
    if (!isHeld(iterate, standard, i)) {
      largest = Math.max(largest, Math.abs(iterate.gradient[i]));
    }
  }
  return largest;
}

/** Whether every scenario lies on the far side of λ'x = 0. */
function separates({ multipliers, reach }: Iterate, standard: StandardRows): boolean {
  let size = 0;
  for (let i = 0; i < standard.count; i++) {
    size += Math.abs(multipliers[i]) * standard.sizes[i];
  }
  return reach < -SEPARATION * size;
}

function partiesOf({ multipliers }: Iterate, standard: StandardRows): readonly number[] {
  return standard.rows.filter((_, i) => multipliers[i] !== 0);
}

/** Takes one projected Newton step; nothing when none lowers the dual. */
function improve(
  prior: Float64Array,
  standard: StandardRows,
  iterate: Iterate,
): Iterate | undefined {
  const { multipliers, gradient } = iterate;
  const direction = newtonDirection(standard, iterate);
  const noise = 8 * Number.EPSILON * (1 + Math.abs(iterate.value));
  for (let step = 1; step > 1e-12; step /= 2) {
    let slope = 0;
    const trial = Float64Array.from(multipliers, (multiplier, i) => {
      const moved = multiplier + step * direction[i];
      const kept = standard.isEquality[i] ? moved : Math.max(0, moved);
      slope += gradient[i] * (kept - multiplier);
      return kept;
    });
    const next = evaluate(prior, standard, trial);
    if (next.value <= iterate.value + 1e-4 * slope) {
      return next;
    }
    // Where differences of the dual are rounding, the gradient decides.
    const isFlat = next.value <= iterate.value + noise;
    if (isFlat && residualOf(next, standard) < 0.9 * residualOf(iterate, standard)) {
      return next;
    }
  }
  return undefined;
}

/** Solves H·d = −g over the rows that are not held, H being their covariance and a ridge. */
function newtonDirection(standard: StandardRows, iterate: Iterate): Float64Array {
  const free: number[] = [];
  for (let i = 0; i < standard.count; i++) {
    if (!isHeld(iterate, standard, i)) {
      free.push(i);
    }
  }
  const size = free.length;
  const hessian = rowCovariance(standard, iterate, free);
  const right = Float64Array.from(free, (i) => -iterate.gradient[i]);
  const direction = new Float64Array(standard.count);
  for (let ridge = RIDGE; ridge <= 1; ridge *= 1e3) {
    const damped = Float64Array.from(hessian);
    for (let a = 0; a < size; a++) {
      damped[a * size + a] += ridge * hessian[a * size + a] + 1e-14;
    }
    const factor = choleskyFactor({ rows: size, cols: size, values: damped });
    if (factor !== undefined) {
      const solved = choleskySolve(factor, right);
      for (const [a, i] of free.entries()) {
        direction[i] = solved[a];
      }
      return direction;
    }
  }
  return iterate.gradient.map((entry) => -entry);
}

function rowCovariance(
  { values, count: k }: StandardRows,
  { probabilities, gradient }: Iterate,
  free: readonly number[],
): Float64Array {
  const size = free.length;
  const hessian = new Float64Array(size * size);
  const line = new Float64Array(size);
  for (let t = 0; t < probabilities.length; t++) {
    const probability = probabilities[t];
    if (probability < 1e-30) {
      continue;
    }
    for (let a = 0; a < size; a++) {
      line[a] = values[t * k + free[a]] - gradient[free[a]];
    }
    for (let a = 0; a < size; a++) {
      const weighted = probability * line[a];
      for (let b = 0; b <= a; b++) {
        hessian[a * size + b] += weighted * line[b];
      }
    }
  }
  return hessian;
}
