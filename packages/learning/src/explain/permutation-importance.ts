import { ArgumentError, type Matrix, randomSource } from "@portfolio/quant";
import { dateStarts } from "../date-starts.ts";
import { streamSeed } from "../stream-seed.ts";

/** What is shuffled, and how what is left is judged. */
export interface PermutationSpec {
  /** Features that are shuffled together, by number: a group each. */
  readonly groups: readonly (readonly number[])[];
  /** Shuffles of each group, from 1. */
  readonly repeatCount: number;
  readonly seed: number;
  /** Judges features as they are or shuffled: the larger the better, such as a rank correlation. */
  readonly score: (features: Matrix) => number;
}

/** What is lost without a group of features. */
export interface Importance {
  /** Mean loss of score; negative where shuffling did good. */
  readonly mean: number;
  /** Sample deviation over the shuffles; 0 of one. */
  readonly deviation: number;
}

/**
 * Measures what each group of features is worth: how much of the score is lost when its values are
 * dealt out anew among the observations of the same date.
 *
 * Within dates, because across them a shuffle would also destroy what the market did to all assets.
 * Features that stand in for each other belong in one group.
 *
 * @param features - Observations that the model was not trained on, shape (N, F).
 * @param dates - Ascending, length N.
 * @throws {ArgumentError} A feature is not among them, lengths differ, or a count is not from 1.
 * @see Breiman (2001), "Random Forests", section 10, doi:10.1023/A:1010933404324
 */
export function permutationImportance(
  features: Matrix,
  dates: Int32Array,
  spec: PermutationSpec,
): Importance[] {
  const { groups, repeatCount, seed, score } = spec;
  if (dates.length !== features.rows || !(Number.isInteger(repeatCount) && repeatCount >= 1)) {
    throw new ArgumentError(`${dates.length} dates of ${features.rows} rows, ${repeatCount} times`);
  }
  const missing = groups.flat().find((j) => !(Number.isInteger(j) && j >= 0 && j < features.cols));
  if (missing !== undefined) {
    throw new ArgumentError(`there is no feature ${missing} among ${features.cols}`);
  }
  const whole = score(features);
  const starts = dateStarts(dates, features.rows);
  return groups.map((group, g) => {
    const losses = Float64Array.from({ length: repeatCount }, (_, k) => {
      const draw = randomSource(streamSeed(seed, g * repeatCount + k));
      return whole - score(shuffleWithin(features, group, starts, draw));
    });
    const mean = losses.reduce((sum, loss) => sum + loss / repeatCount, 0);
    const squares = losses.reduce((sum, loss) => sum + (loss - mean) ** 2, 0);
    return { mean, deviation: Math.sqrt(squares / Math.max(1, repeatCount - 1)) };
  });
}

function shuffleWithin(
  { rows, cols, values }: Matrix,
  group: readonly number[],
  starts: Int32Array,
  draw: () => number,
): Matrix {
  const shuffled = values.slice();
  for (let d = 0; d + 1 < starts.length; d++) {
    for (let i = starts[d + 1] - 1; i > starts[d]; i--) {
      const other = starts[d] + Math.floor(draw() * (i - starts[d] + 1));
      for (const j of group) {
        const kept = shuffled[i * cols + j];
        shuffled[i * cols + j] = shuffled[other * cols + j];
        shuffled[other * cols + j] = kept;
      }
    }
  }
  return { rows, cols, values: shuffled };
}
