import { ArgumentError } from "../errors.ts";
import type { Relation } from "../expression/tokens.ts";
import { requireFinite } from "../linalg/matrix.ts";

/** A demand on an expectation: Σₜ pₜ·valuesₜ compares with the target. */
export interface ExpectationRow {
  /** The quantity in each scenario, length T. */
  readonly values: Float64Array;
  readonly relation: Relation;
  readonly target: number;
}

/** Rows less their target in units of their deviation, inequalities turned to ≥ 0. */
export interface StandardRows {
  readonly count: number;
  /** Index of each among the rows given; rows that are constant and met are left out. */
  readonly rows: readonly number[];
  /** Scenario by scenario, shape (T, count). */
  readonly values: Float64Array;
  readonly isEquality: readonly boolean[];
  /** Largest magnitude of each over the scenarios, length count. */
  readonly sizes: Float64Array;
}

/**
 * Checks a prior and rows on its scenarios.
 *
 * @throws {ArgumentError} A probability is negative or not finite, they do not sum to 1, or a row has
 *   another length or an entry that is not finite.
 */
export function requireRows(prior: Float64Array, rows: readonly ExpectationRow[]): void {
  requireProbabilities(prior);
  for (const [i, row] of rows.entries()) {
    if (row.values.length !== prior.length) {
      throw new ArgumentError(`row ${i} has ${row.values.length} of ${prior.length} scenarios`);
    }
    requireFinite(row.values, `row ${i}`);
    requireFinite(Float64Array.of(row.target), `target of row ${i}`);
  }
}

/** @throws {ArgumentError} A probability is negative or not finite, or they do not sum to 1. */
export function requireProbabilities(probabilities: Float64Array): void {
  requireFinite(probabilities, "probabilities");
  let sum = 0;
  for (let t = 0; t < probabilities.length; t++) {
    if (probabilities[t] < 0) {
      throw new ArgumentError(`probability ${t} is ${probabilities[t]}, not at least 0`);
    }
    sum += probabilities[t];
  }
  if (!(Math.abs(sum - 1) <= 1e-9)) {
    throw new ArgumentError(`probabilities sum to ${sum}, not 1`);
  }
}

/** The range of a quantity over scenarios that have a probability. */
export function rangeOf(
  values: Float64Array,
  prior: Float64Array,
): { readonly least: number; readonly most: number } {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let t = 0; t < prior.length; t++) {
    if (prior[t] > 0) {
      least = Math.min(least, values[t]);
      most = Math.max(most, values[t]);
    }
  }
  return { least, most };
}

// Part of a row's magnitude that counts as rounding.
const ROUNDING = 1e-12;

/** Finds the first row whose target no scenario reaches; nothing if there is none. */
export function outOfReach(
  prior: Float64Array,
  rows: readonly ExpectationRow[],
): number | undefined {
  const found = rows.findIndex(({ values, relation, target }) => {
    const { least, most } = rangeOf(values, prior);
    const slack = ROUNDING * Math.max(Math.abs(least), Math.abs(most));
    const isTooHigh = relation !== "<=" && target > most + slack;
    const isTooLow = relation !== ">=" && target < least - slack;
    return isTooHigh || isTooLow;
  });
  return found < 0 ? undefined : found;
}

/** Writes rows in standard units. None of them may be out of reach. */
export function standardizeRows(
  prior: Float64Array,
  rows: readonly ExpectationRow[],
): StandardRows {
  const kept: number[] = [];
  const scales: number[] = [];
  for (const [i, { values }] of rows.entries()) {
    const { least, most } = rangeOf(values, prior);
    if (most - least > ROUNDING * Math.max(Math.abs(least), Math.abs(most))) {
      kept.push(i);
      scales.push(deviationOf(values, prior, most - least));
    }
  }
  const count = kept.length;
  const standard = new Float64Array(prior.length * count);
  const sizes = new Float64Array(count);
  for (const [column, row] of kept.entries()) {
    const { values, relation, target } = rows[row];
    const scale = relation === "<=" ? -scales[column] : scales[column];
    for (let t = 0; t < prior.length; t++) {
      const entry = prior[t] > 0 ? values[t] / scale - target / scale : 0;
      standard[t * count + column] = entry;
      sizes[column] = Math.max(sizes[column], Math.abs(entry));
    }
  }
  const isEquality = kept.map((row) => rows[row].relation === "=");
  return { count, rows: kept, values: standard, isEquality, sizes };
}

/** Computes the standard deviation, in units of the range so that squares neither over- nor underflow. */
function deviationOf(values: Float64Array, prior: Float64Array, range: number): number {
  let mean = 0;
  for (let t = 0; t < prior.length; t++) {
    mean += prior[t] * (values[t] / range);
  }
  let variance = 0;
  for (let t = 0; t < prior.length; t++) {
    variance += prior[t] * (values[t] / range - mean) ** 2;
  }
  return Math.max(Math.sqrt(variance), Number.EPSILON) * range;
}
