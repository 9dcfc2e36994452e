import type { Matrix } from "@portfolio/quant";
import type { TrainingSet } from "../training-set.ts";
import { uniquenessWeights } from "../validation/uniqueness-weights.ts";

/** Observations to choose from: rows of a frame with what is to be learned. */
export interface Observations {
  readonly features: Matrix;
  /** In the unit that learners learn; NaN where the outcome is not known. */
  readonly targets: Float64Array;
  /** Day of each row, ascending. */
  readonly days: Int32Array;
}

/** Rows to fit on, and rows that decide when to stop. */
export interface LearningRows {
  readonly fit: Int32Array;
  readonly stop: Int32Array;
}

/** Share of the days, the latest, that decide when to stop. */
const STOP_SHARE = 0.15;

/**
 * Takes the last days of a training aside, to decide when to stop, and leaves out the days before
 * them whose outcome reaches into them.
 *
 * @param rows - Rows to learn from, ascending.
 */
export function holdOutLast(
  { days }: Pick<Observations, "days">,
  rows: Int32Array,
  horizonDays: number,
): LearningRows {
  const distinct = [...new Set(Array.from(rows, (row) => days[row]))];
  const first = distinct[Math.floor(distinct.length * (1 - STOP_SHARE))];
  return {
    fit: rows.filter((row) => days[row] + horizonDays < first),
    stop: rows.filter((row) => days[row] >= first),
  };
}

/**
 * Gathers rows to a training set. Each counts by how much of its outcome is its own.
 *
 * @see `uniquenessWeights`
 */
export function gatherRows(
  { features, targets, days }: Observations,
  rows: Int32Array,
  horizonDays: number,
): TrainingSet {
  const { cols, values } = features;
  const taken = new Float64Array(rows.length * cols);
  for (let k = 0; k < rows.length; k++) {
    taken.set(values.subarray(rows[k] * cols, (rows[k] + 1) * cols), k * cols);
  }
  const ownDays = Int32Array.from(rows, (row) => days[row]);
  return {
    features: { rows: rows.length, cols, values: taken },
    targets: Float64Array.from(rows, (row) => targets[row]),
    weights: weightsOf(ownDays, horizonDays),
    dates: ownDays,
  };
}

/** Uniqueness of the outcomes of each day, the same for all its assets. */
function weightsOf(days: Int32Array, horizonDays: number): Float64Array {
  const distinct = Int32Array.from(new Set(days));
  const first = distinct[0] ?? 0;
  const starts = distinct.map((day) => day - first + 1);
  const weights = uniquenessWeights(
    starts,
    starts.map((start) => start + horizonDays - 1),
  );
  const byDay = new Map(Array.from(distinct, (day, k) => [day, weights[k]]));
  return Float64Array.from(days, (day) => byDay.get(day) ?? 1);
}
