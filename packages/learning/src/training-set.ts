import { ArgumentError, type Matrix } from "@portfolio/quant";

/** Observations to learn from. */
export interface TrainingSet {
  /** Features, a row per observation, shape (N, F). */
  readonly features: Matrix;
  /** What is to be forecast, length N. */
  readonly targets: Float64Array;
  /** How much each observation counts, length N, at least 0 and not all 0. Absent means 1. */
  readonly weights?: Float64Array;
  /**
   * The date of each observation as a number, ascending, length N: what is ranked or shuffled
   * together. Absent means one date.
   */
  readonly dates?: Int32Array;
}

// Squares and sums of what is allowed stay finite.
const MAGNITUDE_MAX = 1e100;

/** What a learner accepts. */
export interface TrainingSetRule {
  /** Whether NaN among the features stands for a missing value. */
  readonly allowsMissing: boolean;
  readonly rowsMin: number;
}

/**
 * Checks the shapes and values of a training set.
 *
 * @throws {ArgumentError} A length is wrong, a value is not finite (or, if not allowed, missing) or
 *   beyond ±1e100, a weight is negative, all are 0, dates descend, or there are too few rows.
 */
export function requireTrainingSet(set: TrainingSet, rule: TrainingSetRule): void {
  const { features, targets, weights, dates } = set;
  const { rows, cols, values } = features;
  if (values.length !== rows * cols) {
    throw new ArgumentError(`features hold ${values.length} values, not ${rows} by ${cols}`);
  }
  if (rows < rule.rowsMin) {
    throw new ArgumentError(
      `${rows} observations are too few, at least ${rule.rowsMin} are needed`,
    );
  }
  if (cols === 0) {
    throw new ArgumentError("there is no feature");
  }
  requireCount(targets.length, rows, "targets");
  requireBounded(values, "features", rule.allowsMissing);
  requireBounded(targets, "targets", false);
  if (weights !== undefined) {
    requireCount(weights.length, rows, "weights");
    requireWeights(weights);
  }
  if (dates !== undefined) {
    requireCount(dates.length, rows, "dates");
    requireAscending(dates);
  }
}

/**
 * Checks that features suit a model.
 *
 * @throws {ArgumentError} The shape is wrong.
 */
export function requireFeatures(features: Matrix, count: number): void {
  if (features.cols !== count || features.values.length !== features.rows * count) {
    throw new ArgumentError(
      `features are ${features.rows} by ${features.cols}, the model has ${count}`,
    );
  }
}

function requireCount(found: number, rows: number, what: string): void {
  if (found !== rows) {
    throw new ArgumentError(`${found} ${what} for ${rows} observations`);
  }
}

function requireBounded(values: Float64Array, what: string, allowsMissing: boolean): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!(Math.abs(value) <= MAGNITUDE_MAX) && !(allowsMissing && Number.isNaN(value))) {
      throw new ArgumentError(`${what}: entry ${i} is ${value}, not a number within ±1e100`);
    }
  }
}

function requireWeights(weights: Float64Array): void {
  requireBounded(weights, "weights", false);
  let sum = 0;
  for (let i = 0; i < weights.length; i++) {
    if (weights[i] < 0) {
      throw new ArgumentError(`weight ${i} is ${weights[i]}, below 0`);
    }
    sum += weights[i];
  }
  if (sum === 0) {
    throw new ArgumentError("all weights are 0");
  }
}

function requireAscending(dates: Int32Array): void {
  for (let i = 1; i < dates.length; i++) {
    if (dates[i] < dates[i - 1]) {
      throw new ArgumentError(`date ${dates[i]} of row ${i} is before that of row ${i - 1}`);
    }
  }
}
