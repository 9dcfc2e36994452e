import { ArgumentError } from "../errors.ts";
import { type Matrix, requireFinite } from "../linalg/matrix.ts";
import type { Certificate } from "../optimize/linear-system.ts";
import { type DistributionView, momentRows, type ViewRow } from "./distribution-view.ts";
import { requireProbabilities } from "./expectation-row.ts";
import { nearestProbabilities, relativeEntropy } from "./relative-entropy.ts";
import { solveWithTails, type TailSolution } from "./tail-views.ts";
import { nearestAttainable, smallestConflict } from "./view-conflict.ts";

/** Scenario probabilities after views. */
export interface PooledProbabilities {
  readonly status: "optimal";
  /** Length T, not negative, sum 1. */
  readonly probabilities: Float64Array;
  /** Σₜ pₜ ln(pₜ/qₜ): how far the views are from the prior, 0 when they change nothing. */
  readonly relativeEntropy: number;
  /** exp(−Σ p ln p): scenarios that still count, 1 … T. */
  readonly effectiveScenarioCount: number;
  readonly certificate: Certificate;
}

/** Views that no probabilities on the scenarios satisfy together. */
export interface ImpossibleViews {
  readonly status: "infeasible";
  /** Indices of the views, ascending: without any one of them, the rest can hold. */
  readonly views: readonly number[];
  /**
   * The value of the last of them that is nearest to the demanded one and that the others allow, in
   * the view's own unit. Nothing where it is not a bound on an expectation, as with tail risks.
   */
  readonly attainable: number | undefined;
}

/** The search ended before the views were met to 1e-9. */
export interface UnsolvedViews {
  readonly status: "stalled";
  readonly certificate: Certificate;
}

export type EntropyPoolingResult = PooledProbabilities | ImpossibleViews | UnsolvedViews;

/**
 * Finds the scenario probabilities nearest to a prior, in relative entropy, that satisfy views.
 *
 * Views on means and on tails first. Then those on variances, with the means that they involve held
 * at the values found; last those on correlations, skewness and kurtosis, with means and variances
 * held. So each step is linear in the probabilities, as in skfolio; unlike there, what is held is
 * held exactly. Variances are those of the distribution, divided by 1.
 *
 * @param returns - Scenarios, one row each, shape (T, n).
 * @param prior - Their probabilities, length T, not negative, sum 1.
 * @returns The probabilities; the prior itself when it satisfies the views.
 * @throws {ArgumentError} Shapes differ, the prior is no distribution, or a number is not finite.
 * @see Meucci (2008), "Fully flexible views: theory and practice", ssrn 1213325
 */
export function entropyPooling(
  returns: Matrix,
  prior: Float64Array,
  views: readonly DistributionView[],
): EntropyPoolingResult {
  if (returns.rows !== prior.length) {
    throw new ArgumentError(`${returns.rows} scenarios have ${prior.length} probabilities`);
  }
  requireFinite(returns.values, "scenarios");
  requireProbabilities(prior);
  let rows: ViewRow[] = [];
  let solution: TailSolution = { status: "optimal", ...unmoved(prior) };
  for (const stage of ["location", "variance", "shape"] as const) {
    const added = momentRows(returns, solution.probabilities, views, stage);
    if (stage !== "location" && added.length === 0) {
      continue;
    }
    rows = [...rows, ...added];
    const next = solveWithTails(returns, prior, rows, views);
    if (next.status === "infeasible") {
      return explainConflict(prior, next.rows, views.length);
    }
    if (next.status === "stalled") {
      return next;
    }
    solution = next;
  }
  const { probabilities, certificate } = solution;
  return {
    status: "optimal",
    probabilities,
    relativeEntropy: relativeEntropy(probabilities, prior),
    effectiveScenarioCount: effectiveCount(probabilities),
    certificate,
  };
}

function unmoved(prior: Float64Array) {
  const solution = nearestProbabilities(prior, []);
  if (solution.status !== "optimal") {
    throw new ArgumentError("the prior is no distribution");
  }
  return { probabilities: solution.probabilities, certificate: solution.certificate };
}

/** Names the fewest views that cannot hold, and how near the last of them can get. */
function explainConflict(
  prior: Float64Array,
  rows: readonly ViewRow[],
  viewCount: number,
): ImpossibleViews {
  const conflict = smallestConflict(prior, rows);
  const last = conflict.at(-1);
  const views = new Set(conflict.map((row) => row.view));
  return {
    status: "infeasible",
    views: Array.from({ length: viewCount }, (_, i) => i).filter((i) => views.has(i)),
    attainable:
      last === undefined || !last.isInViewUnit
        ? undefined
        : nearestAttainable(prior, conflict.slice(0, -1), last),
  };
}

/** Computes exp(−Σ p ln p), the number of equally likely scenarios of the same entropy. */
export function effectiveCount(probabilities: Float64Array): number {
  let entropy = 0;
  for (let t = 0; t < probabilities.length; t++) {
    if (probabilities[t] > 0) {
      entropy -= probabilities[t] * Math.log(probabilities[t]);
    }
  }
  return Math.exp(entropy);
}
