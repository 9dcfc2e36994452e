import type { ViewRow } from "./distribution-view.ts";
import { rangeOf } from "./expectation-row.ts";
import { nearestProbabilities } from "./relative-entropy.ts";

/**
 * Reduces rows that cannot hold together to some that need one another for it.
 *
 * @param rows - Rows that are infeasible together.
 * @returns Rows, in their order, that are feasible once any one is dropped.
 */
export function smallestConflict(
  prior: Float64Array,
  rows: readonly ViewRow[],
): readonly ViewRow[] {
  let kept = [...rows];
  for (const row of rows) {
    const rest = kept.filter((other) => other !== row);
    if (rest.length > 0 && nearestProbabilities(prior, rest).status === "infeasible") {
      kept = rest;
    }
  }
  return kept;
}

// Halvings of the distance to the target: the answer is exact to 1e-9 of it.
const HALVINGS = 30;

/**
 * Finds the target nearest to the demanded one with which a row and the others can hold.
 *
 * @param others - Rows that can hold together.
 * @returns The nearest target that was reached, within 1e-9 of the limit relative to the gap.
 */
export function nearestAttainable(
  prior: Float64Array,
  others: readonly ViewRow[],
  row: ViewRow,
): number | undefined {
  const { least, most } = rangeOf(row.values, prior);
  if (others.length === 0) {
    return row.target > most ? most : least;
  }
  const start = nearestProbabilities(prior, others);
  if (start.status !== "optimal") {
    return undefined;
  }
  let reached = 0;
  for (let t = 0; t < prior.length; t++) {
    reached += start.probabilities[t] * row.values[t];
  }
  let missed = Math.min(most, Math.max(least, row.target));
  let multipliers: Float64Array = Float64Array.of(...start.multipliers, 0);
  for (let halving = 0; halving < HALVINGS; halving++) {
    const target = (reached + missed) / 2;
    const trial = nearestProbabilities(prior, [...others, { ...row, target }], multipliers);
    if (trial.status === "optimal") {
      reached = target;
      multipliers = trial.multipliers;
    } else {
      missed = target;
    }
  }
  return reached;
}
