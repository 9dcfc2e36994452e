import type { Certificate } from "../optimize/linear-system.ts";
import { evaluate, type Iterate, improve, residualOf } from "./dual-newton.ts";
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

/**
 * Finds the probabilities nearest to a prior, in relative entropy, with given expectations.
 *
 * The dual has one unknown per row: p ∝ q·exp(λ'x) with the λ that minimizes ln Σₜ qₜ exp(λ'xₜ),
 * λ ≥ 0 for inequalities. Newton's method within these bounds, with the covariance of the rows as its
 * Hessian: O(T·k²) an iteration. A λ for which every λ'xₜ is negative proves that the rows
 * cannot hold.
 *
 * @param prior - Probabilities q, length T, not negative, sum 1. Scenarios at 0 stay at 0.
 * @param rows - Demanded expectations, each with values of length T.
 * @param start - Multipliers to start from, one per row; 0 when absent.
 * @throws {ArgumentError} The probabilities are none, or a row has another length or is not finite.
 * @see Meucci (2008), "Fully flexible views: theory and practice", appendix A.3, ssrn 1213325
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
